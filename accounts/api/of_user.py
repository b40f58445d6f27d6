"""Reads the query parameter `user` of routes that show one's own things, and to admins those of others."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from accounts.models import User
from accounts.permissions import require_right, user_of
from accounts.roles import Right
from foundation.errors import NotFound, Problem

OF_USER = OpenApiParameter("user", str, description="The name of another user; for admins only.")


def user_in_query(request: Request) -> User:
    """Returns the user whom the query names, or the caller if it names nobody.

    Raises Forbidden if the caller names another and is no admin, and NotFound if there is no such user.
    """
    caller = user_of(request)
    name = request.query_params.get(OF_USER.name, caller.username)
    if name == caller.username:
        return caller
    require_right(caller.actor, Right.ADMINISTER)
    user = User.objects.filter(username=name).first()
    if user is None:
        raise NotFound(Problem("not_found", f"There is no user {name}.", OF_USER.name))
    return user

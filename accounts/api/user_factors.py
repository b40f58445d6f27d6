"""Serves the REST route `users/{name}/factors/`, with which an admin helps somebody who lost their second factor."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.permissions import actor_of
from accounts.roles import Right
from accounts.services.factors import reset_factors
from foundation.api_views import APIView
from foundation.errors import NotFound, Problem


class UserFactorsView(APIView):
    rights = {"DELETE": Right.ADMINISTER}

    @extend_schema(operation_id="users_reset_factors", responses={204: None})
    def delete(self, request: Request, username: str) -> Response:
        """Removes all second factors and recovery codes of a user, whose password alone signs in then."""
        user = User.objects.filter(username=username).first() if "\0" not in username else None
        if user is None:
            raise NotFound(Problem("not_found", f"There is no user {username}."))
        reset_factors(user, by=actor_of(request))
        return Response(status=204)

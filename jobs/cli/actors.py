"""Finds the actor of a command: the user named by `--as`, else the one who is logged in to this machine."""

from __future__ import annotations

from accounts.actors import shell_actor
from accounts.models import User
from accounts.permissions import lowest_role_with
from accounts.roles import Actor, Right
from foundation.errors import Forbidden, NotFound, Problem
from jobs.cli.options import acting_user_name


def current_actor() -> Actor:
    """Returns who runs the command. Raises NotFound if `--as` names no active user."""
    name = acting_user_name()
    if name is None:
        return shell_actor()
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None:
        raise NotFound(Problem("not_found", f"There is no active user {name}.", "--as"))
    return user.actor


def require_right(right: Right) -> Actor:
    """Returns the actor if it has the right, for commands that only read. Raises Forbidden."""
    found = current_actor()
    if not found.may(right):
        detail = (
            f"This needs the role {lowest_role_with(right)} or a higher one; {found.name} is {found.role}."
        )
        raise Forbidden(Problem("permission_denied", detail, "--as"))
    return found

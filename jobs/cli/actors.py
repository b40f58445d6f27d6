"""Finds the actor of a jobs command: the user named by `--as`, or else the user of the operating system."""

from __future__ import annotations

from accounts.actors import shell_actor
from accounts.models import User
from accounts.origin import Origin, Via
from accounts.permissions import lowest_role_with
from accounts.roles import Actor, Right
from foundation.errors import Forbidden, NotFound, Problem
from jobs.cli.options import acting_user_name
from jobs.read.visibility import Visibility, visibility_of


def current_actor() -> Actor:
    """Returns the actor of the jobs command that runs. Raises NotFound if `--as` names no active user."""
    name = acting_user_name()
    if name is None:
        return shell_actor()
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None:
        raise NotFound(Problem("not_found", f"There is no active user {name}.", "--as"))
    return user.actor.coming_from(Origin(Via.CLI, on_behalf_of=shell_actor().name))


def current_visibility() -> Visibility:
    """Returns which jobs the actor of the command sees and reads. Raises what `current_actor` raises."""
    return visibility_of(current_actor())


def require_right(right: Right) -> Actor:
    """Returns the actor of the jobs command. Raises Forbidden if the actor lacks the right.

    It is for commands that only read; commands that change something call services, which check rights themselves.
    """
    found = current_actor()
    if not found.may(right):
        detail = (
            f"This needs the role {lowest_role_with(right)} or a higher one; {found.name} is {found.role}."
        )
        raise Forbidden(Problem("permission_denied", detail, "--as"))
    return found

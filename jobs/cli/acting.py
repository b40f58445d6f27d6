"""Who acts: the user named by `--as`, else whoever is logged in to this machine."""

from __future__ import annotations

from accounts.actors import shell_actor
from accounts.models import User
from accounts.permissions import lowest_role_with
from accounts.roles import Actor, Right
from foundation.errors import Forbidden, NotFound, Problem
from jobs.cli.options import acting_name


def actor() -> Actor:
    """Raises NotFound if there is no active user of that name."""
    name = acting_name()
    if name is None:
        return shell_actor()
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None:
        raise NotFound(Problem("not_found", f"There is no active user {name}.", "--as"))
    return user.actor


def require(right: Right) -> Actor:
    """For what no service guards, as reading. Raises Forbidden."""
    found = actor()
    if not found.may(right):
        detail = (
            f"This needs the role {lowest_role_with(right)} or a higher one; {found.name} is {found.role}."
        )
        raise Forbidden(Problem("permission_denied", detail, "--as"))
    return found

"""Lets an admin look at the platform as another user, or as anybody with a role, without changing anything."""

from __future__ import annotations

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction

from accounts import audit
from accounts.models import User
from accounts.rights import Scope, TokenLimits
from accounts.roles import Right, Role
from accounts.services.rights import note_change
from foundation.errors import NotFound, Problem

_KEY = "view_as"


def begin_view(
    *, session: SessionBase, admin: User, name: str | None = None, role: Role | None = None
) -> None:
    """Makes this session show what the user of that name, or anybody with that role and without grants, would see.

    Raises NotFound for a name that no user has.
    """
    if name is not None and not User.objects.filter(username=name).exists():
        raise NotFound(Problem("not_found", f"There is no user {name}.", "user"))
    with transaction.atomic():
        session[_KEY] = {"user": name} if name is not None else {"role": role}
        session.save()
        audit.record(admin.actor, "view_begun", f"user:{name}" if name is not None else f"role:{role}")
        note_change()


def end_view(*, session: SessionBase, admin: User) -> None:
    """Makes this session show again what its own user sees."""
    with transaction.atomic():
        viewed = session.pop(_KEY, None)
        session.save()
        if viewed is not None:
            seen = f"user:{viewed['user']}" if "user" in viewed else f"role:{viewed['role']}"
            audit.record(admin.actor, "view_ended", seen)
        note_change()


def apply_view(session: SessionBase, user: User) -> User:
    """Returns the user whose rights a session's requests have: `user`, or who an admin looks at the platform as.

    The latter has a token's limits: nothing but reading.
    """
    viewed = session.get(_KEY)
    if viewed is None or not user.actor.may(Right.ADMINISTER):
        return user
    if "user" in viewed:
        shown = User.objects.filter(username=viewed["user"]).first()
    else:
        shown = User(pk=user.pk, username=user.username, role=viewed["role"])
    if shown is None:
        return user
    shown.viewer = user.username
    shown.token = TokenLimits(Scope.READ, is_view=True)
    return shown

"""Somebody asked for work that goes on later: what they may by then."""

from __future__ import annotations

from accounts.models import User
from accounts.roles import Actor, Role
from accounts.shell_actor import SHELL


def actor_called(name: str) -> Actor | None:
    """With the rights as they are now; None if that user is gone or may not sign in any more."""
    if name.startswith(SHELL):  # no user's name has a colon
        return Actor(name, Role.ADMIN)
    user = User.objects.filter(username=name, is_active=True).first()
    return user.actor if user else None

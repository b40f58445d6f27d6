"""Finds the actor behind a command that is typed now, or behind work that somebody requested earlier."""

from __future__ import annotations

import getpass
import os

from accounts.models import User
from accounts.roles import Actor, Role

SHELL_PREFIX = "cli:"


def shell_actor() -> Actor:
    """Returns `cli:<system user>` with every right: who can run commands here can change the database anyway."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError):  # containers often run as a number without a name
        name = str(os.getuid())
    return Actor(f"{SHELL_PREFIX}{name}", Role.ADMIN)


def find_actor(name: str) -> Actor | None:
    """Returns the actor of that name with the rights it has now; None if the user is gone or may not sign in."""
    if name.startswith(SHELL_PREFIX):  # no user's name has a colon
        return Actor(name, Role.ADMIN)
    user = User.objects.filter(username=name, is_active=True).first()
    return user.actor if user else None

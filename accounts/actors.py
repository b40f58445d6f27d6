"""Finds the actor who runs a command in the shell, or who requested work earlier."""

from __future__ import annotations

import getpass
import os

from accounts.models import User
from accounts.roles import Actor, Role

SHELL_PREFIX = "cli:"


def shell_actor() -> Actor:
    """Returns the actor `cli:<system user>` with all rights: whoever runs commands can also change the database."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError):  # containers often run as a number without a name
        name = str(os.getuid())
    return Actor(f"{SHELL_PREFIX}{name}", Role.ADMIN)


def find_actor(name: str) -> Actor | None:
    """Returns the actor of that name with its present rights; None if the user is gone or not active."""
    if name.startswith(SHELL_PREFIX):  # no user's name has a colon
        return Actor(name, Role.ADMIN)
    user = User.objects.filter(username=name, is_active=True).first()
    return user.actor if user else None

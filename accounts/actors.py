"""Finds the actor who runs a shell command, or the actor whose name is stored with an earlier request."""

from __future__ import annotations

import getpass
import os

from accounts.models import User
from accounts.origin import Origin, Via
from accounts.roles import Actor, Role

SHELL_PREFIX = "cli:"


def shell_actor() -> Actor:
    """Returns the actor `cli:<system user>` with all rights: who runs commands can change the database in any case."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError):  # containers often run as a number without a name
        name = str(os.getuid())
    return Actor(f"{SHELL_PREFIX}{name}", Role.ADMIN, origin=Origin(Via.CLI))


def find_actor(name: str) -> Actor | None:
    """Returns the actor of a stored name, with the rights that the actor has now.

    Returns None if the name is neither that of a shell actor (`cli:...`) nor that of an active user.
    """
    if name.startswith(SHELL_PREFIX):  # no user's name has a colon
        return Actor(name, Role.ADMIN)
    user = User.objects.filter(username=name, is_active=True).first()
    return user.actor if user else None

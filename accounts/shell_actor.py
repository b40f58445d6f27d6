"""Who acts when a command is typed."""

from __future__ import annotations

import getpass
import os

from accounts.roles import Actor, Role

SHELL = "cli:"


def shell_actor() -> Actor:
    """`cli:<system user>`; whoever can run commands here can reach the database, so with every right."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError):  # containers often run as a number without a name
        name = str(os.getuid())
    return Actor(f"{SHELL}{name}", Role.ADMIN)

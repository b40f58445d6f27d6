"""Defines rights, four roles, each with all rights of the previous one, and actors, who have a role."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Right(enum.IntEnum):
    """Lists the rights of users and programs; each right includes those before it."""

    SEE = 1  # read jobs, templates, series
    OPERATE = 2  # create user-triggered jobs, terminate, re-run, run a series now
    EDIT = 3  # templates, series, system jobs
    ADMINISTER = 4  # users, tokens, everything


class Role(enum.StrEnum):
    """Lists the roles of users, from the fewest rights to the most."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    EDITOR = "editor"
    ADMIN = "admin"

    def may(self, right: Right) -> bool:
        """Returns whether the role has the right."""
        return _HIGHEST[self] >= right


_HIGHEST = {
    Role.VIEWER: Right.SEE,
    Role.OPERATOR: Right.OPERATE,
    Role.EDITOR: Right.EDIT,
    Role.ADMIN: Right.ADMINISTER,
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Identifies who makes a change, by a name, which `created_by` and histories show, and a role.

    Not every actor is a User: the shell acts as `cli:<system user>`, the platform as `system`.
    """

    name: str
    role: Role

    def may(self, right: Right) -> bool:
        """Returns whether the actor's role has the right."""
        return self.role.may(right)


SYSTEM = Actor("system", Role.ADMIN)

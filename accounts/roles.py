"""Who may do what: four roles, each with all the rights of the one before it."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Right(enum.IntEnum):
    """What a person or program may do, from least to most."""

    SEE = 1  # read jobs, templates, series
    OPERATE = 2  # create user-triggered jobs, terminate, re-run, run a series now
    EDIT = 3  # templates, series, system jobs
    ADMINISTER = 4  # users, tokens, everything


class Role(enum.StrEnum):
    VIEWER = "viewer"
    OPERATOR = "operator"
    EDITOR = "editor"
    ADMIN = "admin"

    def may(self, right: Right) -> bool:
        return _HIGHEST[self] >= right


_HIGHEST = {
    Role.VIEWER: Right.SEE,
    Role.OPERATOR: Right.OPERATE,
    Role.EDITOR: Right.EDIT,
    Role.ADMIN: Right.ADMINISTER,
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: the name that goes into `created_by` and histories, and the role that decides.

    Not every actor is a user row: the shell acts as `cli:<system user>`, the platform as `system`.
    """

    name: str
    role: Role

    def may(self, right: Right) -> bool:
        return self.role.may(right)


SYSTEM = Actor("system", Role.ADMIN)

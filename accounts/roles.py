"""Defines four roles, each with all rights of the previous one, and actors, whose role and grants decide rights."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field, replace

from accounts.origin import Origin
from accounts.rights import Grant, JobRight, Scope, TokenLimits, scope_of


class Right(enum.IntEnum):
    """Lists the rights that do not depend on a job type; each includes those before it."""

    SEE = 1  # sign in, read what the platform shows everybody
    OPERATE = 2  # use Django's admin
    EDIT = 3  # workers, queues
    ADMINISTER = 4  # users, groups, grants, tokens of others
    MEASURE = 5  # the platform's metrics


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
    Role.ADMIN: Right.MEASURE,
}


_SCOPE_OF = {
    Right.SEE: Scope.READ,
    Right.OPERATE: Scope.RUN,
    Right.EDIT: Scope.MANAGE,
    Right.ADMINISTER: Scope.MANAGE,
    Right.MEASURE: Scope.METRICS,
}
_READING = frozenset({JobRight.SEE, JobRight.READ})
# What a role may do with the job types of templates whose access is open.
_ON_OPEN_TYPES = {
    Role.VIEWER: _READING,
    Role.OPERATOR: _READING | {JobRight.RUN, JobRight.STOP},
    Role.EDITOR: frozenset(JobRight),
    Role.ADMIN: frozenset(JobRight),
}


def needed_scope(right: Right | JobRight) -> Scope:
    """Returns the lowest scope of an API token that may use the right."""
    return scope_of(right) if isinstance(right, JobRight) else _SCOPE_OF[right]


@dataclass(frozen=True, slots=True)
class Actor:
    """Identifies who makes a change, by a name, which `created_by` and histories show, with what decides its rights.

    Not every actor is a User: the shell acts as `cli:<system user>`, the platform as `system`. `token` limits what the
    actor may do in a request with an API token; `rights_version` is that of the user's row, if there is one. `origin`
    says from where the actor acts, which decides no right.
    """

    name: str
    role: Role
    grants: tuple[Grant, ...] = ()
    token: TokenLimits | None = None
    rights_version: int = 0
    origin: Origin = field(default=Origin(), compare=False)

    def may(self, right: Right) -> bool:
        """Returns whether the role gives the right, and the scope of the request's API token allows it."""
        return self.role.may(right) and self.is_in_scope(right)

    def is_in_scope(self, right: Right | JobRight) -> bool:
        """Returns whether the scope of the request's API token allows the right; True without a token."""
        return self.token is None or self.token.scope.includes(needed_scope(right))

    def has_on_open_types(self, right: JobRight) -> bool:
        """Returns whether the role gives the right on all job types whose template is open."""
        return self.is_in_scope(right) and right in _ON_OPEN_TYPES[self.role]

    def may_somewhere(self, right: JobRight) -> bool:
        """Returns whether there can be a job type on which the actor has the right."""
        granted = any(right in grant.rights for grant in self.grants)
        return self.is_in_scope(right) and (granted or right in _ON_OPEN_TYPES[self.role])

    def coming_from(self, origin: Origin) -> Actor:
        """Returns this actor as acting from there."""
        return replace(self, origin=origin)

    @property
    def door(self) -> Origin | None:
        """Returns the origin as job events show it; None for the platform itself, which comes through no door."""
        return None if self.name == SYSTEM.name else self.origin

    @property
    def is_limited_by_type(self) -> bool:
        """Returns whether the request's API token allows some job types only."""
        return self.token is not None and self.token.job_types is not None

    @property
    def has_all_types(self) -> bool:
        """Returns whether no job type is kept from the actor, also not by a restricted template: for admins."""
        return self.role is Role.ADMIN and not self.is_limited_by_type

    def may_on(self, right: JobRight, job_type: str, *, is_restricted: bool) -> bool:
        """Returns whether the actor has the right on a job type; `is_restricted`: its template's access is restricted.

        Every decision about a single job type is made here.
        """
        if not self.is_in_scope(right) or (self.token and not self.token.includes_type(job_type)):
            return False
        if self.role is Role.ADMIN or (not is_restricted and right in _ON_OPEN_TYPES[self.role]):
            return True
        return any(grant.gives(right, job_type) for grant in self.grants)


SYSTEM = Actor("system", Role.ADMIN)

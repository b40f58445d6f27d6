"""Defines the rights on job types: what a grant gives, and what limits an API token. Actors combine them with roles."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache


class JobRight(enum.StrEnum):
    """Lists the rights on a job type's jobs, series and template; each includes `see`."""

    SEE = "see"  # that a job ran, when, and by whom
    READ = "read"  # payload, result, error, log, progress messages
    RUN = "run"  # create jobs, re-run those one reads, run a series now
    STOP = "stop"  # terminate jobs
    EDIT = "edit"  # the template and its series


class Scope(enum.StrEnum):
    """Lists the scopes of API tokens: METRICS stands apart, each of the others includes those before it."""

    METRICS = "metrics"  # the platform's figures, and nothing else
    READ = "read"
    RUN = "run"
    MANAGE = "manage"

    def includes(self, needed: Scope) -> bool:
        """Returns whether a token of this scope may do what needs the scope `needed`."""
        if Scope.METRICS in (self, needed):
            return self == needed or self is Scope.MANAGE
        return _LADDER.index(self) >= _LADDER.index(needed)


_LADDER = (Scope.READ, Scope.RUN, Scope.MANAGE)
_SCOPE_OF = {
    JobRight.SEE: Scope.READ,
    JobRight.READ: Scope.READ,
    JobRight.RUN: Scope.RUN,
    JobRight.STOP: Scope.RUN,
    JobRight.EDIT: Scope.MANAGE,
}


def scope_of(right: JobRight) -> Scope:
    """Returns the lowest scope of a token that may use the right."""
    return _SCOPE_OF[right]


def matches(patterns: Iterable[str], job_type: str) -> bool:
    """Returns whether one of the patterns matches the job type; in a pattern `*` stands for any text, also none."""
    return _compile(tuple(patterns)).fullmatch(job_type) is not None


@lru_cache(maxsize=4096)
def _compile(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(_as_regex, patterns)))


def _as_regex(pattern: str) -> str:
    first, *others = map(re.escape, pattern.split("*"))
    if not others:
        return first
    *middle, last = others
    # Atomic groups: if a text's first place does not lead to a match, no later place does. Without them a pattern
    # with many `*` tries all places of all texts, which takes minutes.
    return first + "".join(f"(?>.*?{text})" for text in middle) + f".*{last}"


@dataclass(frozen=True, slots=True)
class Grant:
    """Gives rights on all job types that match one of the patterns."""

    job_types: tuple[str, ...]
    rights: frozenset[JobRight]

    @classmethod
    def from_json(cls, job_types: Iterable[str], rights: Iterable[str]) -> Grant:
        """Returns the grant of stored patterns and names of rights, with `see`, which each right includes."""
        return cls(tuple(job_types), frozenset(map(JobRight, rights)) | {JobRight.SEE})

    def gives(self, right: JobRight, job_type: str) -> bool:
        """Returns whether this grant gives the right on the job type."""
        return right in self.rights and matches(self.job_types, job_type)


@dataclass(frozen=True, slots=True)
class TokenLimits:
    """Says what requests with an API token may do at most: up to a scope, and on job types that match a pattern.

    `job_types` is None if the token is not limited to some job types. `is_view`: there is no token, but an admin who
    looks at the platform as somebody else, and only reads.
    """

    scope: Scope = Scope.MANAGE
    job_types: tuple[str, ...] | None = None
    is_view: bool = False

    @classmethod
    def from_columns(cls, scope: str, job_types: Iterable[str] | None) -> TokenLimits:
        """Returns the limits that a token's row has stored."""
        return cls(Scope(scope), None if job_types is None else tuple(job_types))

    def includes_type(self, job_type: str) -> bool:
        """Returns whether the token may be used for this job type."""
        return self.job_types is None or matches(self.job_types, job_type)

"""Says which jobs and series an actor sees, and of which the contents: payload, result, error, messages, log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from accounts.rights import JobRight
from accounts.roles import Actor
from templates_app.access import ALL_TYPES, Access, Types

Row = TypeVar("Row", bound=Model)
# What is null in a job that its reader may only see.
HIDDEN_FIELDS = ("payload", "result", "error", "progress_message")


@dataclass(frozen=True, slots=True)
class Visibility:
    """Holds the job types whose jobs an actor sees, those it reads, and those of which it reads its own jobs (`own`).

    `name` is the actor's, as in a job's `created_by`.
    """

    name: str
    seen: Types
    read: Types
    own: Types

    @property
    def is_complete(self) -> bool:
        """Returns whether the actor reads every job."""
        return self.read == ALL_TYPES

    def sees(self, job_type: str) -> bool:
        """Returns whether the actor sees jobs and series of this type."""
        return job_type in self.seen

    def hides(self, job_type: str, created_by: str) -> bool:
        """Returns whether the actor may only see that such a job ran, when and by whom."""
        if job_type in self.read:
            return False
        return not (created_by == self.name and job_type in self.own)

    def seen_of(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """Returns those jobs, or series, of a query that the actor sees."""
        return rows if self.seen == ALL_TYPES else rows.filter(self.seen.condition())


EVERYTHING = Visibility("", ALL_TYPES, ALL_TYPES, Types())


def visibility_of(actor: Actor) -> Visibility:
    """Returns what the actor sees and reads now, by role and grants and by the access of the templates."""
    access = Access(actor)
    seen, read, run = map(access.types_with, (JobRight.SEE, JobRight.READ, JobRight.RUN))
    return Visibility(actor.name, seen, read, run)


def hide_contents(job: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a job as the API sends it without its contents, for a reader who may only see that it ran."""
    shown = {**job, "hidden": True}
    return shown | {name: None for name in HIDDEN_FIELDS if name in job}

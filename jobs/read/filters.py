"""Filters jobs by the same parameters in lists, in counts, and in requests that terminate or re-run many jobs."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict

from foundation.errors import Invalid, Problem
from jobs import ids
from jobs.models import Job
from jobs.read import names
from jobs.read.windows import Ended
from jobs.states import Reason, State

REPEATABLE = ("state", "job_type", "queue")
SINGLE = (
    "created_after", "created_before", "ended_after", "ended_before", "created_by", "series", "rerun_of", "reason",
    "search",
)  # fmt: skip
_MAX_CLOCK_JUMP = timedelta(days=1)
# A time zone whose plus was decoded to a space: clients often forget to escape it in a query string.
_SPACE_FOR_PLUS = re.compile(r"(:\S*) (\d\d:\d\d)$")


@dataclass(frozen=True, slots=True)
class JobFilter:
    """Holds the conditions that a job must match, all at once; a field that is empty or None is no condition."""

    states: tuple[str, ...] = ()
    job_types: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()
    created_after: datetime | None = None
    created_before: datetime | None = None
    ended_after: datetime | None = None
    ended_before: datetime | None = None
    created_by: str = ""
    series: uuid.UUID | None = None
    rerun_of: uuid.UUID | None = None
    reason: str = ""
    search: str = ""

    @property
    def is_by_state_and_type_only(self) -> bool:
        """Returns whether only states and job types are conditions: such jobs are counted exactly and cheaply."""
        return self == JobFilter(states=self.states, job_types=self.job_types)

    @property
    def ended(self) -> Ended:
        """Returns the times between which jobs must have ended."""
        return Ended(self.ended_after, self.ended_before)

    def apply(self, jobs: QuerySet[Job], *, since: datetime | None = None) -> QuerySet[Job]:
        """Returns those jobs of the query that match all conditions of this filter; only those created since a time."""
        conditions = {
            "state__in": self.states,
            "template_id__in": self.job_types,
            "queue__in": self.queues,
            "pk__gte": self.created_after and ids.lowest_after(self.created_after),
            "pk__lt": self.created_before and ids.lowest_from(self.created_before),
            "terminated_at__gt": self.ended_after,
            "terminated_at__lt": self.ended_before,
            "created_by": self.created_by,
            "series_id": self.series,
            "rerun_of": self.rerun_of,
            "reason": self.reason,
        }
        jobs = jobs.filter(**{name: value for name, value in conditions.items() if value})
        if self.ended_before:
            # What ended before a time was created before it, and so leaves partitions out; a clock may have jumped.
            jobs = jobs.filter(pk__lt=ids.lowest_from(self.ended_before, later=_MAX_CLOCK_JUMP))
        lowest = ids.lowest_from(since) if since else ids.LOWEST
        if since:
            jobs = jobs.filter(pk__gte=lowest)
        return jobs.filter(_search_condition(self.search, lowest)) if self.search else jobs


def _search_condition(text: str, lowest: uuid.UUID) -> Q:
    """Returns the condition that a job's id is or begins with `text`, or its type's or author's name contains it."""
    named = Q(template__in=names.find_types(text)) | Q(created_by__in=names.find_authors(text, since=lowest))
    begun = ids.range_of_prefix(text)
    return named | Q(pk__range=begun) if begun else named


def from_query(query: QueryDict) -> JobFilter:
    """Parses a JobFilter from a URL's query string; REPEATABLE parameters may be repeated. Raises Invalid."""
    for name in (*REPEATABLE, *SINGLE):
        if any("\0" in text for text in query.getlist(name)):
            raise Invalid(Problem("format", "The text has a NUL character.", name))
    repeated = {name: query.getlist(name) for name in REPEATABLE}
    return _parse(repeated | {name: query[name] for name in SINGLE if query.get(name)})


def from_body(body: Mapping[str, Any], *, at: str = "filter") -> JobFilter:
    """Parses a JobFilter from a request body checked by `bodies.FILTER`; each of REPEATABLE may be one value or a list.

    Raises Invalid for a bad or blank value and for an empty filter; the paths of its problems begin with `at`.
    """
    if not body:
        detail = 'An empty filter would mean all jobs: name what they have in common, or send {"all": true}.'
        raise Invalid(Problem("blank", detail, at))
    if blank := blank_problems(body):
        raise Invalid(problem.below(at) for problem in blank)
    try:
        return _parse({**body, **{name: _as_list(body.get(name)) for name in REPEATABLE}})
    except Invalid as exc:
        raise Invalid(problem.below(at) for problem in exc.problems) from None


def blank_problems(given: Mapping[str, Any]) -> list[Problem]:
    """Returns a problem for each field with a blank value: it would match all jobs, which the client cannot mean."""
    return [
        Problem("blank", f"This is blank and would mean every job: write a value, or leave {name} out.", name)
        for name, value in given.items()
        if _is_blank(value)
    ]


def _is_blank(value: Any) -> bool:
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, list) and (not value or any(map(_is_blank, value))))


def _as_list(value: Any) -> list[str]:
    return [] if value is None else [value] if isinstance(value, str) else list(value)


def _parse(given: Mapping[str, Any]) -> JobFilter:
    for state in given["state"]:
        _check_choice(state, "state", State)
    if reason := given.get("reason", ""):
        _check_choice(reason, "reason", Reason)
    return JobFilter(
        states=tuple(given["state"]),
        job_types=tuple(given["job_type"]),
        queues=tuple(given["queue"]),
        created_after=read_time(given.get("created_after"), "created_after"),
        created_before=read_time(given.get("created_before"), "created_before"),
        ended_after=read_time(given.get("ended_after"), "ended_after"),
        ended_before=read_time(given.get("ended_before"), "ended_before"),
        created_by=given.get("created_by", ""),
        series=read_id(given.get("series"), "series"),
        rerun_of=read_id(given.get("rerun_of"), "rerun_of"),
        reason=reason,
        search=given.get("search", "").strip(),
    )


def _check_choice(value: str, attr: str, choices: type[StrEnum]) -> None:
    if value not in list(choices):
        raise Invalid(Problem("enum", f"Choose one of: {', '.join(choices)}.", attr))


def read_time(text: str | None, attr: str) -> datetime | None:
    """Parses an ISO 8601 time with its zone; returns None for no text. Raises Invalid, naming the field `attr`."""
    if not text:
        return None
    try:
        time = datetime.fromisoformat(_SPACE_FOR_PLUS.sub(r"\1+\2", text.upper()))
    except ValueError:
        time = None
    if time is None or time.tzinfo is None:
        raise Invalid(Problem("format", "Write a time with its zone, like 2026-01-31T12:00:00Z.", attr))
    return time


def read_id(text: str | None, attr: str) -> uuid.UUID | None:
    """Parses a UUID; returns None for no text. Raises Invalid, naming the field `attr`."""
    if not text:
        return None
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Invalid(Problem("format", "This is not an id.", attr)) from None

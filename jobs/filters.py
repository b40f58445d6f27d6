"""Which jobs a list, a count or a stop of many speaks of: the same filters everywhere."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict

from jobs import ids
from jobs.models import Job
from jobs.states import State
from scheduler_project.errors import Invalid, Problem

NAMES = ("state", "job_type", "created_after", "created_before", "created_by", "series", "search")
# A plus in a query string arrives as a space.
_LOST_PLUS = re.compile(r"(:\S*) (\d\d:\d\d)$")


@dataclass(frozen=True, slots=True)
class JobFilter:
    states: tuple[str, ...] = ()
    job_types: tuple[str, ...] = ()
    created_after: datetime | None = None
    created_before: datetime | None = None
    created_by: str = ""
    series: uuid.UUID | None = None
    search: str = ""

    @property
    def only_state_and_type(self) -> bool:
        return self == JobFilter(states=self.states, job_types=self.job_types)

    def apply(self, jobs: QuerySet[Job]) -> QuerySet[Job]:
        if self.states:
            jobs = jobs.filter(state__in=self.states)
        if self.job_types:
            jobs = jobs.filter(template_id__in=self.job_types)
        if self.created_after:
            jobs = jobs.filter(pk__gte=ids.lowest_after(self.created_after))
        if self.created_before:
            jobs = jobs.filter(pk__lt=ids.lowest_from(self.created_before))
        if self.created_by:
            jobs = jobs.filter(created_by=self.created_by)
        if self.series:
            jobs = jobs.filter(series_id=self.series)
        if self.search:
            jobs = jobs.filter(_matches(self.search))
        return jobs


def _matches(text: str) -> Q:
    """An id in full, or a part of the type's or the author's name."""
    try:
        return Q(pk=uuid.UUID(text))
    except ValueError:
        return Q(template__type__icontains=text) | Q(created_by__icontains=text)


def from_query(query: QueryDict) -> JobFilter:
    """From a query string, where `state` and `job_type` may be repeated. Raises Invalid naming the parameter."""
    for name in NAMES:
        if any("\0" in text for text in query.getlist(name)):
            raise Invalid(Problem("format", "The text has a NUL character.", name))
    single = {name: query[name] for name in NAMES[2:] if query.get(name)}
    return _read(query.getlist("state"), query.getlist("job_type"), single)


def from_body(body: Mapping[str, Any]) -> JobFilter:
    """From a checked body (`bodies.FILTER`), where `state` and `job_type` may be one or a list."""
    return _read(_listed(body.get("state")), _listed(body.get("job_type")), body)


def _listed(value: Any) -> list[str]:
    return [] if value is None else [value] if isinstance(value, str) else list(value)


def _read(states: Iterable[str], job_types: Iterable[str], single: Mapping[str, Any]) -> JobFilter:
    for state in states:
        if state not in list(State):
            raise Invalid(Problem("enum", f"Choose one of: {', '.join(State)}.", "state"))
    return JobFilter(
        states=tuple(states),
        job_types=tuple(job_types),
        created_after=read_time(single.get("created_after"), "created_after"),
        created_before=read_time(single.get("created_before"), "created_before"),
        created_by=single.get("created_by", ""),
        series=read_id(single.get("series"), "series"),
        search=single.get("search", "").strip(),
    )


def read_time(text: str | None, attr: str) -> datetime | None:
    if not text:
        return None
    try:
        time = datetime.fromisoformat(_LOST_PLUS.sub(r"\1+\2", text.upper()))
    except ValueError:
        time = None
    if time is None or time.tzinfo is None:
        raise Invalid(Problem("format", "Write a time with its zone, like 2026-01-31T12:00:00Z.", attr))
    return time


def read_id(text: str | None, attr: str) -> uuid.UUID | None:
    if not text:
        return None
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Invalid(Problem("format", "This is not an id.", attr)) from None

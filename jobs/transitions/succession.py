"""The next job of a series, inserted in the very transaction that ends the one before it.

The series' row lock gives the numbers their order and makes "exactly one live job per active series" a
fact: pausing a series locks the same row, so either the successor is there to be ended, or it never comes.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from accounts import audit
from accounts.roles import SYSTEM
from foundation.encryption import UNREADABLE, SecretsUnreadable, unseal
from foundation.errors import Invalid
from jobs.models import Series
from jobs.states import SeriesState, State
from jobs.timing import next_due
from jobs.transitions.creating import NewJob, create
from templates_app.documents import TemplateSpec
from templates_app.payloads import complete_and_validate, fill_defaults
from templates_app.queries import get_template, version_spec


class Ended(NamedTuple):
    """A job of a series that has ended just now; `ran` is false if it was stopped before it began."""

    series_id: uuid.UUID
    at: datetime
    ran: bool
    state: State


def insert_successors(ended: Sequence[Ended]) -> None:
    """Locks series in id order, so two callers cannot deadlock."""
    for one in sorted(ended):
        series = (
            Series.objects.select_for_update(of=("self",)).select_related("template").get(pk=one.series_id)
        )
        series.run_count += one.ran
        _count_failure(series, one.state)
        if not series.has_runs_left:
            series.state, series.paused_reason, series.paused_until = SeriesState.ENDED, None, None
        series.save(update_fields=["run_count", "state", "failures_in_row", "paused_reason", "paused_until"])
        if series.state == SeriesState.ACTIVE:
            _insert_or_pause(series, one.at)


def _count_failure(series: Series, state: State) -> None:
    """A run that was stopped tells nothing of the next one."""
    if state == State.FAILED:
        series.failures_in_row += 1
    elif state == State.SUCCEEDED:
        series.failures_in_row = 0


def _insert_or_pause(series: Series, ended_at: datetime) -> None:
    """A payload that today's template refuses must not keep the job before it from ending."""
    most = _version_of_next(series)[1].pause_after_failures if series.failures_in_row else None
    if most is not None and series.failures_in_row >= most:
        failed = "The last run" if most == 1 else f"The last {series.failures_in_row} runs"
        pause(series, f"{failed} failed, and pauseAfterFailures of its template is {most}.")
        return
    try:
        insert_next(series, ended_at)
    except Invalid as exc:
        pause(series, f"Its template refuses its payload: {exc}")


def pause(series: Series, because: str) -> None:
    """The platform's own decision, which lasts until somebody resumes it. The caller holds the series' row lock."""
    series.state, series.paused_reason, series.paused_until = SeriesState.PAUSED, because, None
    series.save(update_fields=["state", "paused_reason", "paused_until"])
    audit.record(SYSTEM, "series_paused", str(series.pk), {"because": because})


def insert_next(series: Series, after: datetime) -> uuid.UUID:
    """The series' next number, of the template's version of today; the caller holds the series' row lock.

    Raises Invalid, before anything is written, if the template refuses the series' payload.
    """
    due = next_due(
        every_seconds=series.every_seconds,
        crontab=series.crontab,
        time_zone=series.time_zone,
        ended_at=after,
    )
    content = content_of_next(series)
    series.last_number += 1
    series.save(update_fields=["last_number"])
    job = NewJob(
        spec=content.spec,
        template_version=content.version,
        payload=content.payload,
        sealed=content.sealed,
        created_by=series.created_by,
        start_at=due,
        series_id=series.id,
        series_number=series.last_number,
    )
    return create([job])[0]


class Content(NamedTuple):
    """What a job of a series is made from."""

    version: int
    spec: TemplateSpec
    payload: dict[str, Any]
    sealed: str | None


def content_of_next(series: Series) -> Content:
    """By the template's version of today, or the one that the series is pinned to."""
    version, spec = _version_of_next(series)
    given = series.payload or {}
    try:
        checked = complete_and_validate(spec, given, stored=unseal(series.secrets))
    except SecretsUnreadable:
        # The job before it must be able to end all the same: the run of this one tells what is wrong.
        return Content(version, spec, fill_defaults(spec, given), UNREADABLE)
    return Content(version, spec, checked.payload, checked.sealed)


def _version_of_next(series: Series) -> tuple[int, TemplateSpec]:
    # Asked anew: who waited for the series' row may have read the template before it was changed.
    version = series.pinned_version or get_template(series.template_id).version
    return version, version_spec(series.template_id, version)

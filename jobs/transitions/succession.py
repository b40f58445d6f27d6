"""Inserts the next job of a series, in the transaction that ends the one before it.

The lock of the series' row puts job numbers in order and guarantees exactly one live job per active series. A pause
locks the same row: afterwards the next job either exists, and the pause terminates it, or is never inserted.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from accounts import audit
from accounts.roles import SYSTEM
from foundation.encryption import UNREADABLE, SecretsUnreadable
from foundation.errors import Invalid
from jobs.models import Series
from jobs.states import SeriesState, State
from jobs.timing import next_due
from jobs.transitions.creating import NewJob, create
from jobs.transitions.series_terms import terms_of_series
from templates_app.documents import TemplateSpec
from templates_app.payloads import complete_and_validate, fill_defaults
from templates_app.queries import get_template, version_spec


class Ended(NamedTuple):
    """Describes a job of a series that this transaction has ended; `ran`: whether it had started before."""

    series_id: uuid.UUID
    at: datetime
    ran: bool
    state: State


def insert_successors(ended: Sequence[Ended]) -> None:
    """Counts ended runs in their series and inserts the next jobs. Locks the series by id, to avoid deadlocks."""
    for job in sorted(ended):
        series = (
            Series.objects.select_for_update(of=("self",)).select_related("template").get(pk=job.series_id)
        )
        series.run_count += job.ran
        _count_failure(series, job.state)
        if not series.has_runs_left:
            series.state, series.paused_reason, series.paused_until = SeriesState.ENDED, None, None
        series.save(update_fields=["run_count", "state", "failures_in_row", "paused_reason", "paused_until"])
        if series.state == SeriesState.ACTIVE:
            _insert_or_pause(series, job.at)


def _count_failure(series: Series, state: State) -> None:
    """Updates the series' number of failures in a row; a terminated run does not change it."""
    if state == State.FAILED:
        series.failures_in_row += 1
    elif state == State.SUCCEEDED:
        series.failures_in_row = 0


def _insert_or_pause(series: Series, ended_at: datetime) -> None:
    """Inserts the next job of a series, or pauses it after too many failures or if the template refuses its payload.

    Raises no error for such a refusal, so that the job before it can end.
    """
    limit = _version_of_next(series)[1].pause_after_failures if series.failures_in_row else None
    if limit is not None and series.failures_in_row >= limit:
        failed = "The last run" if limit == 1 else f"The last {series.failures_in_row} runs"
        pause(series, f"{failed} failed, and pauseAfterFailures of its template is {limit}.")
        return
    try:
        insert_next(series, ended_at)
    except Invalid as exc:
        pause_refused(series, exc)


def pause_refused(series: Series, refusal: Invalid) -> None:
    """Pauses a series whose payload its template refuses. The caller has locked its row."""
    pause(series, f"Its template refuses its payload: {refusal}")


def pause(series: Series, because: str) -> None:
    """Pauses a series, with `because` as `paused_reason`, until somebody resumes it. The caller has locked its row."""
    series.state, series.paused_by_template = SeriesState.PAUSED, False
    series.paused_reason, series.paused_until = because, None
    series.save(update_fields=["state", "paused_by_template", "paused_reason", "paused_until"])
    audit.record(SYSTEM, "series_paused", f"series:{series.pk}", after={"because": because})


def insert_next(series: Series, after: datetime) -> uuid.UUID:
    """Inserts the next job of a series and returns the job's id. The caller has locked the series' row.

    The job is of the template's newest (or pinned) version. `after`: the time from which its due time is computed.
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
        secret_origins=content.secret_origins,
        created_by=series.created_by,
        start_at=due,
        series_id=series.id,
        series_number=series.last_number,
    )
    return create([job])[0]


class Content(NamedTuple):
    """Holds what the next job of a series gets from template and series. `sealed`: the encrypted secret values."""

    version: int
    spec: TemplateSpec
    payload: dict[str, Any]
    sealed: str | None
    secret_origins: Mapping[str, str]


def content_of_next(series: Series) -> Content:
    """Returns the content of a series' next job. Raises Invalid if the pinned or newest template version refuses it."""
    version, spec = _version_of_next(series)
    given = series.payload or {}
    try:
        checked = complete_and_validate(spec, given, terms_of_series(series, spec))
    except SecretsUnreadable:
        # The job before it must be able to end all the same. The next run fails and reports the unreadable secrets.
        return Content(version, spec, fill_defaults(spec, given), UNREADABLE, {})
    return Content(version, spec, checked.payload, checked.sealed, checked.origins)


def _version_of_next(series: Series) -> tuple[int, TemplateSpec]:
    # Loaded again: the template may have been changed while this transaction waited for the series' row.
    version = series.pinned_version or get_template(series.template_id).version
    return version, version_spec(series.template_id, version)

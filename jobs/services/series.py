"""Keeps series in step with their templates; pauses and resumes series, and makes their waiting job due now."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction

from accounts import audit
from accounts.rights import JobRight
from accounts.roles import SYSTEM, Actor
from foundation.errors import Conflict, Invalid, NotFound, Problem
from jobs import transitions, wakeup
from jobs.models import Job, Series
from jobs.read import queries
from jobs.services.rights import get_series, no_series
from jobs.states import LIVE, SeriesState, State
from jobs.transitions import series_jobs
from jobs.transitions.succession import pause_refused
from templates_app.documents import TemplateSpec
from templates_app.models import JobTemplate
from templates_app.timing import TEN_YEARS

_HAD_ITS_LAST_RUN = Problem("ended", "This series has had its last run.", "state")


def follow_template(*, template: JobTemplate, spec: TemplateSpec, actor: Actor) -> None:
    """Updates a template's series after a change of the template; runs in the caller's transaction.

    A recurring template gets a series of its own. All its series are paused if it cannot run, resumed if it can run
    again, and their waiting jobs are updated. A series that a person paused stays paused, and the jobs of a series that
    is pinned to an older version are not changed.
    """
    recurring = spec.reschedule_after_termination and not spec.user_triggered
    runnable = template.enabled and not template.archived
    lock_series_of([template.pk])
    if recurring:
        _save_own(template, spec)
    for series in Series.objects.filter(template=template, archived=False).order_by("pk"):
        if not runnable or (series.owned_by_template and not recurring):
            _pause_with_template(series, actor)
        elif series.state == SeriesState.ACTIVE and not series.has_runs_left:
            end_series(series.pk, actor)
        elif series.state == SeriesState.ACTIVE and series.pinned_version is None:
            with _pausing_if_refused(series):
                update_waiting_job(series.pk, why="template", actor=SYSTEM, retimed=series.owned_by_template)
        elif series.has_runs_left and (series.state == SeriesState.ENDED or series.paused_by_template):
            with _pausing_if_refused(series):
                activate(series.pk)


@contextmanager
def _pausing_if_refused(series: Series) -> Iterator[None]:
    """Undoes the block and pauses the series if its template refuses its payload; its own series raises Invalid.

    Payloads that a change makes invalid were found before. What is left came to pass without one: the author has lost
    the right to edit the template, or a shared secret its hosts. That must not keep others from changing the template.
    """
    try:
        with transaction.atomic():
            yield
    except Invalid as exc:
        if series.owned_by_template:
            raise
        pause_refused(series, exc)
        terminate_waiting_job(series.pk, SYSTEM)


def _save_own(template: JobTemplate, spec: TemplateSpec) -> None:
    """Creates or updates the series that belongs to the template itself."""
    own = Series.objects.filter(template=template, owned_by_template=True).first() or Series(
        template=template,
        owned_by_template=True,
        created_by="system",
        state=SeriesState.PAUSED,
        paused_by_template=True,
    )
    own.every_seconds = None if spec.crontab else spec.start_in_seconds
    own.crontab, own.time_zone, own.max_runs = spec.crontab, spec.time_zone, spec.max_runs
    own.on_missed = spec.on_missed
    own.save()


def _pause_with_template(series: Series, actor: Actor) -> None:
    if series.state == SeriesState.ACTIVE:
        pause_series(series_id=series.pk, actor=actor)
        Series.objects.filter(pk=series.pk).update(
            paused_by_template=True, paused_reason=template_stop_reason(series.template_id)
        )


def lock_series_of(job_types: Collection[str]) -> None:
    """Locks all series of these templates, by id. All code locks several series in this order, to avoid deadlocks."""
    list(Series.objects.select_for_update().filter(template__in=job_types).order_by("pk").values_list("pk"))


def template_stop_reason(job_type: str) -> str:
    """Returns the `paused_reason` of a series that is paused because its template cannot run."""
    return f"The template {job_type} is disabled, archived or recurs no more."


def pause_series(*, series_id: uuid.UUID, actor: Actor, until: datetime | None = None) -> None:
    """Pauses a series: its waiting job is terminated, a running one may finish, and no further job is created.

    `until`: when the dispatcher resumes the series (None: only a person does); replaces that of an earlier pause.
    Raises NotFound, Forbidden, Invalid for a time that is past, and Conflict if such a series has had its last run.
    """
    get_series(series_id, actor, JobRight.EDIT)
    if until is not None:
        _refuse_bad_until(until)
    # Two transactions, the series first: a transaction that inserts the next job waits for its lock and then sees the
    # pause, or has inserted the job already, which is terminated here.
    with transaction.atomic():
        _write_pause(lock_series(series_id), actor, until)
    terminate_waiting_job(series_id, actor)
    wakeup.wake_dispatchers()


def _write_pause(series: Series, actor: Actor, until: datetime | None) -> None:
    if series.state == SeriesState.ENDED:
        if until is not None:
            raise Conflict(_HAD_ITS_LAST_RUN)
        return
    is_new = series.state == SeriesState.ACTIVE or series.paused_until != until
    if series.state == SeriesState.ACTIVE or series.paused_by_template:
        series.paused_reason = f"Paused by {actor.name}."
    series.state, series.paused_by_template, series.paused_until = SeriesState.PAUSED, False, until
    series.save(update_fields=["state", "paused_by_template", "paused_reason", "paused_until"])
    if is_new:
        after = {"until": until.isoformat()} if until else None
        audit.record(actor, "series_paused", f"series:{series.pk}", after=after)


def _refuse_bad_until(until: datetime) -> None:
    ahead = until - queries.now()
    if ahead <= timedelta(0):
        detail = "This time is past: choose a later one, or leave it out to pause until somebody resumes."
        raise Invalid(Problem("minimum", detail, "until"))
    if ahead > timedelta(seconds=TEN_YEARS):
        raise Invalid(Problem("maximum", "Choose a time within ten years from now.", "until"))


def resume_series(*, series_id: uuid.UUID, actor: Actor) -> None:
    """Makes a paused series active again, with a new waiting job.

    Raises NotFound, Forbidden, and Conflict if the series has had its last run or its template is disabled.
    """
    series = get_series(series_id, actor, JobRight.EDIT)
    if series.state == SeriesState.ENDED:
        raise Conflict(_HAD_ITS_LAST_RUN)
    if not series.template.enabled or series.template.archived:
        detail = f"The template {series.template_id} is disabled: enable it first."
        raise Conflict(Problem("template_disabled", detail, "job_type"))
    with transaction.atomic():
        if activate(series_id):
            audit.record(actor, "series_resumed", f"series:{series_id}")
    wakeup.wake_dispatchers()


def run_series_now(*, series_id: uuid.UUID, actor: Actor) -> uuid.UUID:
    """Makes the waiting job of a series due now; returns its id. Raises NotFound, Forbidden, Conflict if none waits."""
    get_series(series_id, actor, JobRight.RUN)
    with transaction.atomic():
        job_id = series_jobs.make_due(series_id=series_id, actor=actor)
        if job_id is not None:
            audit.record(actor, "series_run_now", f"series:{series_id}", after={"job_id": str(job_id)})
    if job_id is None:
        running = Job.objects.filter(series_id=series_id, state__in=[State.QUEUED, State.RUNNING]).exists()
        detail = (
            "A job of this series is running or about to." if running else "This series has no waiting job."
        )
        raise Conflict(Problem("running" if running else "not_active", detail, "state"))
    wakeup.wake_dispatchers()
    return job_id


def update_waiting_job(series_id: uuid.UUID, *, why: str, actor: Actor, retimed: bool) -> None:
    """Updates the waiting job of a series, if there is one, from the series and its template as they are now.

    `why`: "template" or "series", for the job's history. `retimed`: the timing was changed, so compute a new due time.
    """
    with transaction.atomic():
        series_jobs.replace_waiting(lock_series(series_id), why=why, actor=actor, retimed=retimed)
    wakeup.wake_dispatchers()


def terminate_waiting_job(series_id: uuid.UUID, actor: Actor) -> None:
    """Terminates the waiting job of a series, which the caller has made inactive, so that no next job is inserted."""
    waiting = Job.objects.filter(series_id=series_id, state__in=[State.SCHEDULED, State.QUEUED])
    transitions.terminate_waiting(job_ids=list(waiting.values_list("pk", flat=True)), actor=actor)


def end_series(series_id: uuid.UUID, actor: Actor) -> None:
    """Ends a series that has had as many runs as its lowered `max_runs` allows, and terminates its waiting job."""
    Series.objects.filter(pk=series_id).update(state=SeriesState.ENDED)
    terminate_waiting_job(series_id, actor)


def activate(series_id: uuid.UUID, *, after: datetime | None = None) -> bool:
    """Makes a series active and inserts its next job unless one is live; returns whether it was inactive before.

    Needs a transaction. `after`: the time from which the next due time is computed; None means now.
    """
    series = lock_series(series_id)
    was_inactive = series.state != SeriesState.ACTIVE
    if was_inactive:
        series.state, series.paused_by_template = SeriesState.ACTIVE, False
        series.paused_reason, series.paused_until, series.failures_in_row = None, None, 0
        series.save(
            update_fields=[
                "state", "paused_by_template", "paused_reason", "paused_until", "failures_in_row",
            ]
        )  # fmt: skip
    if not Job.objects.filter(series_id=series_id, state__in=LIVE).exists():
        transitions.insert_next(series, after or queries.now())
    return was_inactive


def lock_series(series_id: uuid.UUID) -> Series:
    """Locks the series' row and returns it. Raises NotFound, as retention may just have deleted a series that ended."""
    found = Series.objects.select_for_update(of=("self",)).select_related("template")
    series = found.filter(pk=series_id).first()
    if series is None:
        raise NotFound(no_series(series_id))
    return series

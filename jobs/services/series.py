"""Series: recurring templates own one each; pause, resume, run now."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NoReturn

from django.db import transaction

from accounts import audit
from accounts.roles import SYSTEM, Actor, Right
from foundation.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from jobs import hints, transitions
from jobs.models import Job, Series
from jobs.read import queries
from jobs.states import LIVE, SeriesState, State
from jobs.transitions import series_jobs
from templates_app.documents import TemplateSpec
from templates_app.models import JobTemplate
from templates_app.timing import TEN_YEARS

_HAD_ITS_LAST_RUN = Problem("ended", "This series has had its last run.", "state")


def follow_template(*, template: JobTemplate, spec: TemplateSpec, actor: Actor) -> None:
    """Make the template's series what it says now: its own one there or not, all running or paused, moved to it.

    A series that somebody paused stays so; one that the template paused goes on when the template runs again. One that
    is pinned to an older version is not moved.
    """
    recurring = spec.reschedule_after_termination and not spec.user_triggered
    runnable = template.enabled and not template.archived
    lock_series_of([template.pk])
    _refresh_own(template, spec, recurring=recurring)
    for series in Series.objects.filter(template=template, archived=False).order_by("pk"):
        if not runnable or (series.owned_by_template and not recurring):
            _pause_with_template(series, actor)
        elif series.state == SeriesState.ACTIVE and not series.has_runs_left:
            end(series.pk, actor)
        elif series.state == SeriesState.ACTIVE and series.pinned_version is None:
            move_waiting_job(series.pk, why="template", actor=SYSTEM, retimed=series.owned_by_template)
        elif series.has_runs_left and (series.state == SeriesState.ENDED or series.paused_by_template):
            start(series.pk)


def _refresh_own(template: JobTemplate, spec: TemplateSpec, *, recurring: bool) -> None:
    if not recurring:
        return
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
            paused_by_template=True, paused_reason=stopped_by_template(series.template_id)
        )


def lock_series_of(job_types: Collection[str]) -> None:
    """All at once and by id, as whoever ends jobs of several series locks them: two callers never wait in a ring."""
    list(Series.objects.select_for_update().filter(template__in=job_types).order_by("pk").values_list("pk"))


def get_series(series_id: uuid.UUID) -> Series:
    series = Series.objects.select_related("template").filter(pk=series_id, archived=False).first()
    return series or _not_there(series_id)


def _not_there(series_id: uuid.UUID) -> NoReturn:
    raise NotFound(Problem("not_found", f"There is no series {series_id}.", "series"))


def stopped_by_template(job_type: str) -> str:
    return f"The template {job_type} is disabled, archived or recurs no more."


def pause_series(*, series_id: uuid.UUID, actor: Actor, until: datetime | None = None) -> None:
    """No further number; a waiting job ends (terminated), a running one may finish.

    `until`: then the dispatcher resumes it; of one that is paused already, the last word counts. Raises Invalid for a
    time that is past, Conflict if the series has had its last run.
    """
    need(actor, Right.EDIT)
    get_series(series_id)
    if until is not None:
        _refuse_bad_until(until)
    # Two transactions, the series first: whoever inserts a successor waits for the first one's lock and then
    # sees the pause, so none survives.
    with transaction.atomic():
        _write_pause(locked(series_id), actor, until)
    end_waiting_job(series_id, actor)
    hints.nudge()


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
        audit.record(actor, "series_paused", str(series.pk), {"until": until.isoformat()} if until else None)


def _refuse_bad_until(until: datetime) -> None:
    ahead = until - queries.now()
    if ahead <= timedelta(0):
        detail = "This time is past: choose a later one, or leave it out to pause until somebody resumes."
        raise Invalid(Problem("minimum", detail, "until"))
    if ahead > timedelta(seconds=TEN_YEARS):
        raise Invalid(Problem("maximum", "Choose a time within ten years from now.", "until"))


def resume_series(*, series_id: uuid.UUID, actor: Actor) -> None:
    """Start the next number. Raises Conflict if the series has had its last run."""
    need(actor, Right.EDIT)
    series = get_series(series_id)
    if series.state == SeriesState.ENDED:
        raise Conflict(_HAD_ITS_LAST_RUN)
    if not series.template.enabled or series.template.archived:
        detail = f"The template {series.template_id} is disabled: enable it first."
        raise Conflict(Problem("template_disabled", detail, "job_type"))
    with transaction.atomic():
        if start(series_id):
            audit.record(actor, "series_resumed", str(series_id))
    hints.nudge()


def run_series_now(*, series_id: uuid.UUID, actor: Actor) -> uuid.UUID:
    """Make the waiting job due. Raises Conflict while one runs, or if the series has no waiting job."""
    need(actor, Right.OPERATE)
    get_series(series_id)
    job_id = series_jobs.make_due(series_id=series_id, actor=actor.name)
    if job_id is None:
        running = Job.objects.filter(series_id=series_id, state__in=[State.QUEUED, State.RUNNING]).exists()
        detail = (
            "A job of this series is running or about to." if running else "This series has no waiting job."
        )
        raise Conflict(Problem("running" if running else "not_active", detail, "state"))
    hints.nudge()
    return job_id


def move_waiting_job(series_id: uuid.UUID, *, why: str, actor: Actor, retimed: bool) -> None:
    """A waiting job of a series moves to the template's version of today, and to what the series says."""
    with transaction.atomic():
        series_jobs.replace_waiting(locked(series_id), why=why, actor=actor.name, retimed=retimed)
    hints.nudge()


def end_waiting_job(series_id: uuid.UUID, actor: Actor) -> None:
    """The caller has seen to it that no other follows."""
    waiting = Job.objects.filter(series_id=series_id, state__in=[State.SCHEDULED, State.QUEUED])
    transitions.terminate_waiting(job_ids=list(waiting.values_list("pk", flat=True)), actor=actor.name)


def end(series_id: uuid.UUID, actor: Actor) -> None:
    """It has had its last run: a bound was set that it has reached."""
    Series.objects.filter(pk=series_id).update(state=SeriesState.ENDED)
    end_waiting_job(series_id, actor)


def start(series_id: uuid.UUID, *, after: datetime | None = None) -> bool:
    """Active from now on, with a live job; True if it was not active before. The caller holds a transaction.

    `after`: what its timing counts from; now, if it is not given.
    """
    series = locked(series_id)
    stood_still = series.state != SeriesState.ACTIVE
    if stood_still:
        series.state, series.paused_by_template = SeriesState.ACTIVE, False
        series.paused_reason, series.paused_until, series.failures_in_row = None, None, 0
        series.save(
            update_fields=[
                "state", "paused_by_template", "paused_reason", "paused_until", "failures_in_row",
            ]
        )  # fmt: skip
    if not Job.objects.filter(series_id=series_id, state__in=LIVE).exists():
        transitions.insert_next(series, after or queries.now())
    return stood_still


def locked(series_id: uuid.UUID) -> Series:
    """Raises NotFound: one that has ended may be purged at this moment."""
    found = Series.objects.select_for_update(of=("self",)).select_related("template")
    return found.filter(pk=series_id).first() or _not_there(series_id)


def need(actor: Actor, right: Right) -> None:
    if not actor.may(right):
        raise Forbidden(
            Problem(
                "permission_denied", f"Your role may not do this: it needs the right to {right.name.lower()}."
            )
        )

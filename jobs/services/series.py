"""Series: recurring templates own one each; pause, resume, run now."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from django.db import transaction

from accounts import audit
from accounts.roles import Actor, Right
from jobs import hints, queries, transitions
from jobs.models import Job, Series
from jobs.states import LIVE, SeriesState, State
from jobs.transitions import series_jobs
from scheduler_project.errors import Conflict, Forbidden, NotFound, Problem
from templates_app.documents import TemplateSpec
from templates_app.models import JobTemplate


def follow_template(*, template: JobTemplate, spec: TemplateSpec, actor: Actor, was_recurring: bool) -> None:
    """Make the template's own series what the template says now: there or not, running or paused, its interval.

    A series that somebody paused stays so while its template only changes (`was_recurring`).
    """
    own = Series.objects.select_for_update().filter(template=template, owned_by_template=True).first()
    recurring = spec.reschedule_after_termination and not spec.user_triggered
    if own is None and not recurring:
        return
    if own is None:
        own = Series(template=template, owned_by_template=True, created_by="system", state=SeriesState.PAUSED)
    if recurring:
        own.every_seconds = None if spec.crontab else spec.start_in_seconds
        own.crontab, own.time_zone, own.max_runs = spec.crontab, spec.time_zone, spec.max_runs
        own.save()
    paused_by_somebody = own.state == SeriesState.PAUSED and was_recurring
    if not (recurring and template.enabled and not template.archived):
        pause_series(series_id=own.pk, actor=actor)
    elif own.state == SeriesState.ACTIVE:
        move_waiting_job(own.pk)
    elif own.has_runs_left and not paused_by_somebody:
        _start(own.pk)


def lock_series_of(job_types: Collection[str]) -> None:
    """All at once and by id, as whoever ends jobs of several series locks them: two callers never wait in a ring."""
    list(Series.objects.select_for_update().filter(template__in=job_types).order_by("pk").values_list("pk"))


def get_series(series_id: uuid.UUID) -> Series:
    series = Series.objects.select_related("template").filter(pk=series_id).first()
    if series is None:
        raise NotFound(Problem("not_found", f"There is no series {series_id}.", "series"))
    return series


def pause_series(*, series_id: uuid.UUID, actor: Actor) -> None:
    """No further number; a waiting job ends (terminated), a running one may finish. Harmless when paused already.

    Two transactions, the series first: whoever inserts a successor waits for the first one's lock and then
    sees the pause, so none survives.
    """
    _need(actor, Right.EDIT)
    with transaction.atomic():
        if Series.objects.filter(pk=series_id, state=SeriesState.ACTIVE).update(state=SeriesState.PAUSED):
            audit.record(actor, "series_paused", str(series_id))
    waiting = Job.objects.filter(series_id=series_id, state__in=[State.SCHEDULED, State.QUEUED])
    transitions.terminate_waiting(job_ids=list(waiting.values_list("pk", flat=True)), actor=actor.name)
    hints.nudge()


def resume_series(*, series_id: uuid.UUID, actor: Actor) -> None:
    """Start the next number. Raises Conflict if the series has had its last run."""
    _need(actor, Right.EDIT)
    if get_series(series_id).state == SeriesState.ENDED:
        raise Conflict(Problem("ended", "This series has had its last run.", "state"))
    with transaction.atomic():
        if _start(series_id):
            audit.record(actor, "series_resumed", str(series_id))
    hints.nudge()


def run_series_now(*, series_id: uuid.UUID, actor: Actor) -> uuid.UUID:
    """Make the waiting job due. Raises Conflict while one runs, or if the series has no waiting job."""
    _need(actor, Right.OPERATE)
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


def move_waiting_job(series_id: uuid.UUID) -> None:
    """A waiting job of a series moves to the template's version of today."""
    with transaction.atomic():
        series = _locked(series_id)
        series_jobs.replace_waiting(series)
    hints.nudge()


def _start(series_id: uuid.UUID) -> bool:
    """Active from now on, with a live job; True if it was not active before. The caller holds a transaction."""
    series = _locked(series_id)
    stood_still = series.state != SeriesState.ACTIVE
    if stood_still:
        series.state = SeriesState.ACTIVE
        series.save(update_fields=["state"])
    if not Job.objects.filter(series_id=series_id, state__in=LIVE).exists():
        transitions.insert_next(series, queries.now())
    return stood_still


def _locked(series_id: uuid.UUID) -> Series:
    return Series.objects.select_for_update(of=("self",)).select_related("template").get(pk=series_id)


def _need(actor: Actor, right: Right) -> None:
    if not actor.may(right):
        raise Forbidden(
            Problem(
                "permission_denied", f"Your role may not do this: it needs the right to {right.name.lower()}."
            )
        )

"""Series that editors make beside those of recurring templates: create, change, delete."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.roles import Actor, Right
from foundation.errors import Conflict, Invalid, Problem
from jobs import hints
from jobs.models import Series
from jobs.services import series_payload
from jobs.services.promises import Promise, claim, keep
from jobs.services.series import end, end_waiting_job, get_series, locked, move_waiting_job, need, start
from jobs.states import SeriesState
from templates_app.crontab_faults import find_crontab_fault
from templates_app.documents import TemplateSpec
from templates_app.queries import get_template, version_spec
from templates_app.services import lock_template
from templates_app.timing import zone_remedy

# What an editor says of a series, besides its payload.
WHEN = ("every_seconds", "crontab", "time_zone")
TIMING = (*WHEN, "on_missed", "max_runs")


def create_series(
    *, job_type: str, wish: Mapping[str, Any], actor: Actor, promise: Promise | None = None
) -> uuid.UUID:
    """`wish` has some of TIMING, and a payload (null: the template's defaults). Without a timing the template's
    own, and its onMissed.

    The first job comes after the first pause. Raises what creating such a job would, and Invalid for a bad timing.
    """
    need(actor, Right.EDIT)
    chosen = series_payload.check(job_type, wish.get("payload"), actor)
    with transaction.atomic():
        claim(promise)
        series_payload.refuse_if_outdated(chosen)
        series = _made_of(wish, chosen.spec, actor)
        series_payload.give(series, chosen)
        series.save()
        start(series.pk)
        audit.record(actor, "series_created", str(series.pk), {"job_type": job_type, **_told(wish)})
        keep(promise, {"series": str(series.pk)})
    hints.nudge()
    return series.pk


def sketch_series(*, wish: Mapping[str, Any], actor: Actor) -> Series:
    """What `create_series` would store; a timing of its own may be tried without a `job_type`."""
    if "job_type" not in wish:
        series = Series(state=SeriesState.PAUSED)
        if not (wish.get("every_seconds") or wish.get("crontab")):
            raise Invalid(Problem("required", "Give every_seconds, crontab or job_type.", "every_seconds"))
        _apply(series, wish)
        return series
    chosen = series_payload.check(wish["job_type"], wish.get("payload"), actor)
    return _made_of(wish, chosen.spec, actor)


def change_series(*, series_id: uuid.UUID, changes: Mapping[str, Any], actor: Actor) -> None:
    """Its waiting job moves to what is new; one that runs ends as it was made. Raises Conflict for a template's own."""
    need(actor, Right.EDIT)
    before = get_series(series_id)
    _refuse_own(before)
    chosen = None
    if "payload" in changes:  # before the row is locked: the handler's own rules may take their time
        job_type, payload = before.template_id, changes["payload"]
        chosen = series_payload.check(job_type, payload, actor, sealed=before.secrets)
    with transaction.atomic():
        if chosen:
            series_payload.refuse_if_outdated(chosen)
        if "max_runs" in changes:
            changes = {**changes, "max_runs": _bound(changes["max_runs"], _spec_of_today(before.template_id))}
        series = locked(series_id)
        _apply(series, changes)
        if chosen:
            series_payload.give(series, chosen)
        series.save(update_fields=(*TIMING, "payload", "secrets", "pinned_version"))
        audit.record(actor, "series_changed", str(series_id), _told(changes))
        _follow_bound(series, actor, retimed=any(changes.get(field) for field in WHEN))
    hints.nudge()


def delete_series(*, series_id: uuid.UUID, actor: Actor) -> None:
    """Its waiting job ends, one that runs may finish, its jobs are kept. Raises Conflict for a template's own."""
    need(actor, Right.EDIT)
    _refuse_own(get_series(series_id))
    with transaction.atomic():
        # In this order: whoever inserts a successor waits for the series' row and then sees its end.
        if Series.objects.filter(pk=series_id, archived=False).update(archived=True, state=SeriesState.ENDED):
            audit.record(actor, "series_deleted", str(series_id))
        end_waiting_job(series_id, actor)
    hints.nudge()


def _made_of(wish: Mapping[str, Any], spec: TemplateSpec, actor: Actor) -> Series:
    series = Series(template_id=spec.type, created_by=actor.name, state=SeriesState.PAUSED)
    _apply(series, {**_with_timing(wish, spec), "max_runs": _bound(wish.get("max_runs"), spec)})
    return series


def _with_timing(wish: Mapping[str, Any], spec: TemplateSpec) -> Mapping[str, Any]:
    if wish.get("every_seconds") or wish.get("crontab"):
        return wish
    if spec.crontab:
        own = {"time_zone": spec.time_zone, "on_missed": spec.on_missed}
        return {**own, **wish, "crontab": spec.crontab}
    if spec.reschedule_after_termination:
        return {"on_missed": spec.on_missed, **wish, "every_seconds": spec.start_in_seconds}
    detail = f"{spec.type} has no timing of its own: give every_seconds or crontab."
    raise Invalid(Problem("required", detail, "every_seconds"))


def _bound(asked: int | None, spec: TemplateSpec) -> int | None:
    """The template's maxRuns, unless fewer are asked for."""
    if spec.max_runs is None or (asked is not None and asked <= spec.max_runs):
        return asked
    if asked is None:
        return spec.max_runs
    detail = f"A series of {spec.type} has {spec.max_runs} runs at most: maxRuns of its template."
    raise Invalid(Problem("maximum", detail, "max_runs"))


def _spec_of_today(job_type: str) -> TemplateSpec:
    """The template stays as it is to the end of the transaction: it is locked before the series, as ever."""
    template = lock_template(job_type)
    return version_spec(job_type, (template or get_template(job_type)).version)


def _apply(series: Series, changes: Mapping[str, Any]) -> None:
    if changes.get("every_seconds") and changes.get("crontab"):
        raise Invalid(Problem("conflict", "Give every_seconds or crontab, not both.", "crontab"))
    for field in TIMING:
        if field in changes:
            setattr(series, field, changes[field])
    if changes.get("every_seconds"):
        series.crontab = None
    elif changes.get("crontab"):
        series.every_seconds = None
    _refuse_bad_timing(series)


def _refuse_bad_timing(series: Series) -> None:
    remedy = zone_remedy(series.time_zone)
    if remedy is not None:
        detail = f'There is no time zone "{series.time_zone}". {remedy}'
        raise Invalid(Problem("enum", detail, "time_zone"))
    if series.crontab is None:
        return
    fault = find_crontab_fault(series.crontab, series.time_zone)
    if fault is not None:
        raise Invalid(Problem(fault.code, f"{fault.detail} {fault.remedy}", "crontab"))


def _follow_bound(series: Series, actor: Actor, *, retimed: bool) -> None:
    """`max_runs` may end the series now, or let one go on that had ended."""
    if series.state == SeriesState.ACTIVE and not series.has_runs_left:
        end(series.pk, actor)
    elif series.state == SeriesState.ENDED and series.has_runs_left:
        start(series.pk)
    elif series.state == SeriesState.ACTIVE:
        move_waiting_job(series.pk, why="series", actor=actor, retimed=retimed)


def _refuse_own(series: Series) -> None:
    if series.owned_by_template:
        detail = f"This series belongs to the template {series.template_id}: change or disable that instead."
        raise Conflict(Problem("owned_by_template", detail))


def _told(changes: Mapping[str, Any]) -> dict[str, Any]:
    """For the audit trail; payloads stay out of it."""
    return {field: changes[field] for field in TIMING if field in changes}

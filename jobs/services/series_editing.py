"""Creates, changes and deletes the series that editors make in addition to those of recurring templates."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db import transaction

from accounts import audit
from accounts.rights import JobRight
from accounts.roles import Actor
from foundation.errors import Conflict, Invalid, Problem
from jobs import wakeup
from jobs.models import Series
from jobs.services.idempotency import IdempotentRequest, claim_key, store_answer
from jobs.services.preparing import Submission, prepare
from jobs.services.rights import get_series
from jobs.services.series import (
    activate,
    end_series,
    lock_series,
    terminate_waiting_job,
    update_waiting_job,
)
from jobs.states import SeriesState
from templates_app.access import require_right
from templates_app.bindings import NOTHING_STORED, StoredSecrets, bind_to_payload
from templates_app.crontab_faults import find_crontab_fault
from templates_app.documents import TemplateSpec
from templates_app.payload_schema.secrets import has_marker
from templates_app.payloads import fill_defaults, to_stored_form
from templates_app.queries import get_template, version_spec
from templates_app.services import lock_template
from templates_app.timing import zone_remedy

# The fields of a series that an editor sets, besides its payload.
WHEN = ("every_seconds", "crontab", "time_zone")
TIMING = (*WHEN, "on_missed", "max_runs")


def create_series(
    *, job_type: str, fields: Mapping[str, Any], actor: Actor, request: IdempotentRequest | None = None
) -> uuid.UUID:
    """Creates a series with its first job, which is due after the first interval, and returns the series' id.

    `fields` has some of TIMING, and a payload (None: the template's defaults). Without interval and crontab, the series
    gets the template's timing and onMissed. Raises the errors of creating such a job, and Invalid for a bad timing.
    """
    require_right(actor, JobRight.EDIT, job_type)
    validated = _validate_payload(job_type, fields.get("payload"), actor)
    with transaction.atomic():
        claim_key(request)
        _lock_template(validated)
        series = _build(fields, validated.spec, actor)
        _set_payload(series, validated)
        series.save()
        activate(series.pk)
        after = {"job_type": job_type, **_describe(series)}
        audit.record(actor, "series_created", f"series:{series.pk}", after=after)
        store_answer(request, {"series": str(series.pk)})
    wakeup.wake_dispatchers()
    return series.pk


def build_series(*, fields: Mapping[str, Any], actor: Actor) -> Series:
    """Returns the series that `create_series` would store, unsaved; without a `job_type` field, it only has timing."""
    if "job_type" not in fields:
        series = Series(state=SeriesState.PAUSED)
        if not (fields.get("every_seconds") or fields.get("crontab")):
            raise Invalid(Problem("required", "Give every_seconds, crontab or job_type.", "every_seconds"))
        _apply(series, fields)
        return series
    validated = _validate_payload(fields["job_type"], fields.get("payload"), actor)
    return _build(fields, validated.spec, actor)


def change_series(*, series_id: uuid.UUID, changes: Mapping[str, Any], actor: Actor) -> None:
    """Changes timing, `max_runs` or payload of a series, and updates its waiting job; a running job is not changed.

    Raises NotFound, Forbidden, Invalid, and Conflict for a series that belongs to a template.
    """
    before = get_series(series_id, actor, JobRight.EDIT)
    _refuse_if_owned(before)
    validated = None
    if "payload" in changes:  # before the row is locked: the handler's own rules may take their time
        job_type, payload = before.template_id, changes["payload"]
        validated = _validate_payload(job_type, payload, actor, series=before)
    with transaction.atomic():
        if validated:
            _lock_template(validated)
        if "max_runs" in changes:
            changes = {
                **changes,
                "max_runs": _limit_runs(changes["max_runs"], _lock_spec(before.template_id)),
            }
        series = lock_series(series_id)
        stored = _describe(series)
        _apply(series, changes)
        if validated:
            _set_payload(series, validated)
        series.save(update_fields=(*TIMING, "payload", "secrets", "pinned_version"))
        after = _describe(series)
        audit.record(actor, "series_changed", f"series:{series_id}", before=stored, after=after)
        _apply_to_jobs(series, actor, retimed=any(changes.get(field) for field in WHEN))
    wakeup.wake_dispatchers()


def delete_series(*, series_id: uuid.UUID, actor: Actor) -> None:
    """Marks a series as deleted: its waiting job is terminated, a running one may finish, and all its jobs stay stored.

    Raises NotFound, Forbidden, and Conflict for a series that belongs to a template.
    """
    series = get_series(series_id, actor, JobRight.EDIT)
    _refuse_if_owned(series)
    with transaction.atomic():
        # In this order: a transaction that inserts the next job waits for the series' row and then sees its end.
        if Series.objects.filter(pk=series_id, archived=False).update(archived=True, state=SeriesState.ENDED):
            audit.record(actor, "series_deleted", f"series:{series_id}", before=_describe(series))
        terminate_waiting_job(series_id, actor)
    wakeup.wake_dispatchers()


class _ValidatedPayload(NamedTuple):
    """Holds a series' payload (None: the template's defaults) and the version of the template that accepted it."""

    payload: dict[str, Any] | None
    sealed: str | None
    version: int
    spec: TemplateSpec


def _validate_payload(
    job_type: str, payload: Any, actor: Actor, *, series: Series | None = None
) -> _ValidatedPayload:
    """Validates a series' payload like that of a single job: its template can run, and its job handler accepts it.

    `series`: the one that is changed. A `$encrypted$` in the payload keeps its value, or else means the template's
    default.
    """
    given = {} if payload is None else payload
    stored = _stored_secrets(series) if series and has_marker(given) else NOTHING_STORED
    submission = Submission(job_type=job_type, payload=given, stored=stored)
    job = prepare(submission, actor, right=JobRight.EDIT)
    to_store = to_stored_form(job.spec, given, stored=stored.values, complete=job.payload)
    return _ValidatedPayload(
        None if payload is None else to_store.payload, to_store.sealed, job.template_version, job.spec
    )


def _stored_secrets(series: Series) -> StoredSecrets:
    """Returns the values that the series keeps, bound to what its payload was until now."""
    version = series.pinned_version or get_template(series.template_id).version
    spec = version_spec(series.template_id, version)
    stored = StoredSecrets.open(series.secrets)
    if stored.binding is not None or not stored.values:
        return stored
    # Stored by code that did not record it yet.
    complete = fill_defaults(spec, series.payload or {})
    return StoredSecrets(stored.values, bind_to_payload(spec, complete, stored.values))


def _lock_template(validated: _ValidatedPayload) -> None:
    """Locks the template until the transaction ends. Raises Conflict if it was changed since the validation."""
    template = lock_template(validated.spec.type)
    if template is None or template.version != validated.version:
        raise Conflict(Problem("changing", "The template was changed at this moment; try again.", "payload"))


def _set_payload(series: Series, validated: _ValidatedPayload) -> None:
    """Sets the payload of a series, and makes a pinned series follow its template's newest version again."""
    series.payload, series.secrets, series.pinned_version = validated.payload, validated.sealed, None


def _build(fields: Mapping[str, Any], spec: TemplateSpec, actor: Actor) -> Series:
    series = Series(template_id=spec.type, created_by=actor.name, state=SeriesState.PAUSED)
    _apply(series, {**_add_timing(fields, spec), "max_runs": _limit_runs(fields.get("max_runs"), spec)})
    return series


def _add_timing(fields: Mapping[str, Any], spec: TemplateSpec) -> Mapping[str, Any]:
    if fields.get("every_seconds") or fields.get("crontab"):
        return fields
    if spec.crontab:
        own = {"time_zone": spec.time_zone, "on_missed": spec.on_missed}
        return {**own, **fields, "crontab": spec.crontab}
    if spec.reschedule_after_termination:
        return {"on_missed": spec.on_missed, **fields, "every_seconds": spec.start_in_seconds}
    detail = f"{spec.type} has no timing of its own: give every_seconds or crontab."
    raise Invalid(Problem("required", detail, "every_seconds"))


def _limit_runs(requested: int | None, spec: TemplateSpec) -> int | None:
    """Returns the requested number of runs, by default the template's maxRuns. Raises Invalid if it exceeds maxRuns."""
    if spec.max_runs is None or (requested is not None and requested <= spec.max_runs):
        return requested
    if requested is None:
        return spec.max_runs
    detail = f"A series of {spec.type} has {spec.max_runs} runs at most: maxRuns of its template."
    raise Invalid(Problem("maximum", detail, "max_runs"))


def _lock_spec(job_type: str) -> TemplateSpec:
    """Locks the template until the transaction ends and returns its spec. All code locks templates before series."""
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


def _apply_to_jobs(series: Series, actor: Actor, *, retimed: bool) -> None:
    """Updates the waiting job of a changed series. Ends or activates the series if `max_runs` now demands that."""
    if series.state == SeriesState.ACTIVE and not series.has_runs_left:
        end_series(series.pk, actor)
    elif series.state == SeriesState.ENDED and series.has_runs_left:
        activate(series.pk)
    elif series.state == SeriesState.ACTIVE:
        update_waiting_job(series.pk, why="series", actor=actor, retimed=retimed)


def _refuse_if_owned(series: Series) -> None:
    if series.owned_by_template:
        detail = f"This series belongs to the template {series.template_id}: change or disable that instead."
        raise Conflict(Problem("owned_by_template", detail))


def _describe(series: Series) -> dict[str, Any]:
    """Returns what the audit trail tells of a series; the payload has markers where secret values belong."""
    return {**{field: getattr(series, field) for field in TIMING}, "payload": series.payload}

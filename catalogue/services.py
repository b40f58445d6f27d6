"""Verbs that touch templates and jobs both: an import starts series, a disabled template pauses its own."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, connection, transaction

from accounts import audit
from accounts.roles import Actor, Right
from catalogue import misfits, transfer
from catalogue.refusals import value_at
from foundation.errors import AppError, Conflict, Forbidden, Invalid, Problem
from jobs import hints, transitions
from jobs.models import Job, Series
from jobs.services import series
from jobs.services.validating import refused_by_handlers
from jobs.transitions import NewJob
from templates_app import queries as templates
from templates_app import services as store
from templates_app.documents import TemplateSpec
from templates_app.models import JobTemplate
from templates_app.payloads import Checked, complete


def import_templates(
    *,
    specs: Sequence[TemplateSpec],
    actor: Actor,
    dry_run: bool = False,
    prune: bool = False,
    force: bool = False,
) -> transfer.ImportReport:
    """All or nothing. What is new or changed starts, moves or pauses its series in the same transaction.

    Raises Conflict if series or waiting jobs would not pass any more; `force` leaves them on the version from before.
    Raises Invalid where `prune` would archive everything; with `force` it does.
    """
    _need_editor(actor)
    problems = _problems(specs)
    for spec in specs:
        _ = spec.handler_problem  # what the report tells; handlers are tried before any row is locked
    if problems:
        raise Invalid([one.below(job_type) for job_type, found in problems.items() for one in found])
    with transaction.atomic():
        before = _runnable_types()
        pinned = _pin_or_refuse_all(specs, force=force)
        report = transfer.import_specs(
            specs=specs, actor_name=actor.name, dry_run=dry_run, prune=prune, force=force
        )
        if not dry_run:
            touched = [*report.created, *report.updated, *report.archived]
            series.lock_series_of(touched)
            for job_type in touched:
                _follow(job_type, actor, before)
            for verb in ("created", "updated", "archived"):
                for job_type in getattr(report, verb):
                    detail = {"door": "import"} | _told(pinned.get(job_type, []))
                    audit.record(actor, f"template_{verb}", job_type, detail)
        else:
            transaction.set_rollback(True)
    hints.nudge()
    return report


def save_template(
    *,
    spec: TemplateSpec,
    actor: Actor,
    expected_version: int | None = None,
    new: bool = False,
    force: bool = False,
    detail: Mapping[str, Any] | None = None,
) -> store.Outcome:
    """Create or change one template. `detail`: for the audit trail.

    Raises Conflict if `expected_version` is not the one stored, if it is to be `new` and there is one of that type,
    or if series or waiting jobs would not pass any more; `force` leaves those on the version from before.
    """
    _need_editor(actor)
    problems = _problems([spec])
    if problems:
        raise Invalid(problems[spec.type])
    with transaction.atomic():
        before = _runnable_types()
        template = store.lock(spec.type)
        if template and new:
            raise store.already_exists(spec.type)
        if template:
            store.refuse_stale(template, expected_version)
        pinned = _pin_or_refuse(spec, force=force)
        outcome = store.store_template(
            spec=spec, actor_name=actor.name, expected_version=expected_version, new=new
        )
        if outcome != store.Outcome.UNCHANGED:
            _follow(spec.type, actor, before)
            audit.record(actor, f"template_{outcome}", spec.type, {**(detail or {}), **_told(pinned)})
    hints.nudge()
    return outcome


def roll_back_template(
    *, job_type: str, version: int, actor: Actor, expected_version: int | None = None, force: bool = False
) -> store.Outcome:
    """A new version with the document and the secret values of an older one; none if the newest has the same.

    Raises NotFound, and what `save_template` raises: what was right once need not be so today.
    """
    _need_editor(actor)
    templates.get_version(job_type, version)
    return save_template(
        spec=templates.version_spec(job_type, version),
        actor=actor,
        expected_version=expected_version,
        force=force,
        detail={"rolled_back_to": version},
    )


def refuse_misfits(spec: TemplateSpec) -> None:
    """Raises what `save_template` would raise because of series and waiting jobs."""
    told = misfits.told(store.settled(spec))
    if told:
        raise Conflict(told)


def remove_template(*, job_type: str, actor: Actor, expected_version: int | None = None) -> bool:
    """Delete a template, or archive it if it has jobs; True if it was deleted."""
    _need_editor(actor)
    try:
        deleted = _remove(job_type, actor, expected_version)
    except (IntegrityError, Conflict):
        # A job or a series was made of it at this moment: now it has one. Another conflict is told again.
        deleted = _remove(job_type, actor, expected_version)
    hints.nudge()
    return deleted


@transaction.atomic
def _remove(job_type: str, actor: Actor, expected_version: int | None) -> bool:
    template = templates.get_template(job_type)
    store.refuse_stale(template, expected_version)
    if not Job.objects.filter(template=template).exists():
        Series.objects.filter(template=template).delete()
        store.delete_template(job_type=job_type, actor_name=actor.name)
        audit.record(actor, "template_deleted", job_type)
        # Now: what comes later waits for the row that is deleted, and finds it gone.
        connection.check_constraints()
        return True
    store.archive_template(job_type=job_type, actor_name=actor.name)
    _follow(job_type, actor, before=())
    audit.record(actor, "template_archived", job_type)
    return False


def _pin_or_refuse_all(specs: Sequence[TemplateSpec], *, force: bool) -> dict[str, list[uuid.UUID]]:
    """What `_pin_or_refuse` says of each, by type."""
    pinned: dict[str, list[uuid.UUID]] = {}
    told: list[Problem] = []
    # Rows are locked by type, in one order, so that two imports never wait for each other in a ring.
    for spec in sorted(specs, key=lambda spec: spec.type):
        try:
            pinned[spec.type] = _pin_or_refuse(spec, force=force)
        except Conflict as exc:
            told += [problem.below(spec.type) for problem in exc.problems]
    if told:
        raise Conflict(told[: misfits.MOST_TOLD])
    return pinned


def _pin_or_refuse(spec: TemplateSpec, *, force: bool) -> list[uuid.UUID]:
    """The series that are left on the version from before. Call it before the change is stored."""
    store.lock(spec.type)
    if force:
        return misfits.pin(store.settled(spec))
    refuse_misfits(spec)
    return []


def _told(pinned: Sequence[uuid.UUID]) -> dict[str, Any]:
    """For the audit trail."""
    return {"pinned": [str(series_id) for series_id in pinned[: misfits.MOST_TOLD]]} if pinned else {}


def _problems(specs: Sequence[TemplateSpec]) -> dict[str, list[Problem]]:
    """By type, as far as they can be told before anything is locked: the handlers' own rules may take their time."""
    problems: dict[str, list[Problem]] = {}
    settled: list[TemplateSpec] = []
    for spec in specs:
        try:
            settled.append(store.settled(spec))
        except Invalid as exc:
            problems[spec.type] = list(exc.problems)
    return problems | _problems_of_defaults(settled)


def _problems_of_defaults(specs: Sequence[TemplateSpec]) -> dict[str, list[Problem]]:
    """A job that the platform starts by itself has nobody who fills in a form: its defaults must do."""
    refused: dict[str, AppError] = {}
    completed: dict[int, tuple[str, Checked]] = {}
    for place, spec in enumerate(specs):
        if spec.user_triggered or not spec.enabled:
            continue
        try:
            completed[place] = spec.type, complete(spec, {})
        except Invalid as exc:
            refused[spec.type] = exc
    # A handler that is broken, or not there yet, does not keep its template out: its jobs say so.
    by_handlers = refused_by_handlers(completed).items()
    refused |= {specs[place].type: error for place, error in by_handlers if isinstance(error, Invalid)}
    remedy = "Give it a default in payload: nobody fills in a form for a job that starts by itself."
    # Those of settled templates: the marker stands for their secrets.
    documents = {spec.type: spec.document for spec in specs}
    return {
        job_type: [
            Problem(one.code, one.detail, one.attr, value_at(documents[job_type], one.attr), remedy)
            for one in error.problems
        ]
        for job_type, error in refused.items()
    }


def _follow(job_type: str, actor: Actor, before: Collection[str]) -> None:
    """`before`: as `_runnable_types` was before the change."""
    template = templates.get_template(job_type)
    spec = templates.version_spec(job_type, template.version)
    series.follow_template(template=template, spec=spec, actor=actor)
    if spec.max_concurrent is not None:
        transitions.limit_jobs(job_type=job_type)
    once = not spec.user_triggered and not spec.reschedule_after_termination
    if once and job_type not in before and template.enabled and not template.archived:
        _run_once(template, spec)


def _run_once(template: JobTemplate, spec: TemplateSpec) -> None:
    """A system template that does not recur runs at its first import and whenever it is enabled again."""
    checked = complete(spec, {})
    transitions.create(
        [
            NewJob(
                spec=spec,
                template_version=template.version,
                payload=checked.payload,
                sealed=checked.sealed,
                created_by="system",
                delay_seconds=spec.start_in_seconds,
            )
        ]
    )


def _runnable_types() -> frozenset[str]:
    """The job types that are enabled and not archived."""
    return frozenset(JobTemplate.objects.filter(enabled=True, archived=False).values_list("type", flat=True))


def _need_editor(actor: Actor) -> None:
    if not actor.may(Right.EDIT):
        raise Forbidden(Problem("permission_denied", "Templates are changed by editors."))

"""Imports a file of job templates: stores all of them, or none if one is refused.

First, without database locks, the templates are prepared and their default values validated. Then one transaction
checks the payloads of their series and waiting jobs, stores the templates, archives all others (with `prune`), and
propagates each change to series and jobs. A dry run does not propagate, and rolls the transaction back.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.db import transaction

from accounts.roles import Actor
from accounts.services.rights import note_change
from catalogue import audited, incompatible_payloads
from catalogue.incompatible_payloads import pinned_detail, refuse_or_pin, validate_defaults
from catalogue.propagate import propagate_change, runnable_types
from catalogue.rights import find_import_problem, is_exported, require_editor
from foundation.errors import ABSENT, Conflict, Invalid, Problem
from foundation.json_schema.limits import refuse_unstorable
from jobs import wakeup
from jobs.services.series import lock_series_of
from templates_app.documents import TemplateSpec
from templates_app.models import JobTemplate, TemplateVersion
from templates_app.queries import current_spec, current_versions
from templates_app.services import (
    PreparedTemplate,
    StoredTemplate,
    StoreOutcome,
    archive_template,
    lock_template,
    prepare_again_if_stale,
    prepare_template,
    store_template,
    version_changes,
)
from templates_app.unbound import warnings_of

Change = dict[str, Any]
_REMEDIES = {
    "parse_error": "Correct it there, or compare it with what an export writes.",
    "duplicate_key": "Remove one of the two.",
    "too_deep": "Nest it less deeply.",
    "too_large": "Make it smaller, or divide it into several.",
    "format": "Write another value, or remove the key.",
    "required": "Write a value for it.",
    "unknown_parameter": "Remove it from the address.",
    "blank": "Write a value, or leave it out.",
}
_OTHER_REMEDY = "Write a value that is accepted, or remove the key."


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Lists the job types by what the import did with their templates, and the warnings for the authors.

    `changes` is set by a dry run: for each type of `updated`, what would change, as `version_changes` returns it.
    """

    created: list[str]
    updated: list[str]
    unchanged: list[str]
    archived: list[str]
    warnings: list[Problem]
    changes: dict[str, list[Change]] | None = None

    def as_json(self) -> dict[str, Any]:
        """Returns the report as the JSON object of the API's response."""
        changes = {"changes": self.changes} if self.changes else {}
        return {
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "archived": self.archived,
            "warnings": [warning.as_json() for warning in self.warnings],
            **changes,
        }


def import_templates(
    *,
    specs: Sequence[TemplateSpec],
    actor: Actor,
    dry_run: bool = False,
    prune: bool = False,
    force: bool = False,
) -> ImportReport:
    """Stores all templates or none, and updates their series and jobs; with `dry_run` only reports.

    Raises Forbidden without the right to edit; Invalid for templates that cannot be stored, and if `prune` would
    archive every template; Conflict if series or waiting jobs have payloads that would be rejected. With `force`, every
    template may be archived, and such series stay pinned to the version before.
    """
    require_editor(actor)
    prepared, problems = prepare_and_check(specs)
    for spec in specs:
        # Computed now for the report: handlers are imported and checked before any row is locked.
        _ = spec.handler_problem
    if problems:
        raise Invalid([one.below(job_type) for job_type, found in problems.items() for one in found])
    with transaction.atomic():
        runnable_before = runnable_types()
        locked = _lock_storable(prepared, actor)
        prepared, pinned = _refuse_or_pin_all(prepared, locked, force=force)
        before = _read_state(prepared)
        # Rows are locked in one order, by type, so that two imports cannot deadlock.
        stored = {
            name: store_template(prepared=prepared[name], actor_name=actor.name) for name in sorted(prepared)
        }
        archived = _prune(prepared, actor, may_be_all=force or before.keeps_some) if prune else []
        report = _build_report(specs, stored, archived)
        if dry_run:
            report = replace(report, changes=_list_changes(report.updated, before))
            transaction.set_rollback(True)
        else:
            _propagate_and_record(report, stored, pinned, actor, runnable_before, before)
            if any(_is_access_changed(stored[name].spec, locked[name]) for name in stored):
                note_change()
    wakeup.wake_dispatchers()
    return report


def prepare_and_check(
    specs: Sequence[TemplateSpec],
) -> tuple[dict[str, PreparedTemplate], dict[str, list[Problem]]]:
    """Prepares templates for storage and checks them; returns the prepared ones and the problems, by job type.

    Must be called before any database row is locked, as the `validate` functions of job handlers may be slow.
    """
    problems: dict[str, list[Problem]] = {}
    prepared: dict[str, PreparedTemplate] = {}
    for spec in specs:
        try:
            prepared[spec.type] = prepare_template(spec)
        except Invalid as exc:
            problems[spec.type] = list(exc.problems)
    return prepared, problems | validate_defaults([one.spec for one in prepared.values()])


def with_remedies(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Returns an import's problems with a `remedy` each, and with `value` None if there is no value to show."""
    return tuple(
        replace(
            one, value=_storable_value(one.value), remedy=one.remedy or _REMEDIES.get(one.code, _OTHER_REMEDY)
        )
        for one in problems
    )


def _storable_value(value: Any) -> Any:
    """Returns the value of a problem; None if it is absent, too big, or cannot be written as JSON."""
    if value is ABSENT:
        return None
    try:
        refuse_unstorable(value, "")
    except Invalid:
        return None
    return value


def _lock_storable(prepared: Mapping[str, PreparedTemplate], actor: Actor) -> dict[str, JobTemplate | None]:
    """Locks the templates' rows and returns them. Raises Invalid (not_yours) for all that the actor may not store."""
    locked: dict[str, JobTemplate | None] = {}
    problems: list[Problem] = []
    # Rows are locked in one order, by type, so that two imports cannot deadlock.
    for job_type in sorted(prepared):
        template = locked[job_type] = lock_template(job_type)
        if problem := find_import_problem(actor, prepared[job_type].spec, template):
            problems.append(problem.below(job_type))
    if problems:
        raise Invalid(problems)
    return locked


def _is_access_changed(spec: TemplateSpec, before: JobTemplate | None) -> bool:
    return spec.is_restricted != (before is not None and before.restricted)


def _refuse_or_pin_all(
    prepared: Mapping[str, PreparedTemplate], locked: Mapping[str, JobTemplate | None], *, force: bool
) -> tuple[dict[str, PreparedTemplate], dict[str, list[uuid.UUID]]]:
    """Calls `refuse_or_pin` for each of the templates, whose rows are locked. Raises Conflict for all that it refuses.

    Returns the templates prepared for the version stored now, and the ids of the pinned series, both by job type.
    """
    current: dict[str, PreparedTemplate] = {}
    pinned: dict[str, list[uuid.UUID]] = {}
    problems: list[Problem] = []
    for job_type in sorted(prepared):
        try:
            current[job_type] = prepare_again_if_stale(prepared[job_type], locked[job_type])
            pinned[job_type] = refuse_or_pin(current[job_type].spec, force=force)
        except Conflict as exc:
            problems += [problem.below(job_type) for problem in exc.problems]
    if problems:
        raise Conflict(problems[: incompatible_payloads.MAX_REPORTED])
    return current, pinned


class _StateBefore(NamedTuple):
    """Holds what was stored of the imported templates before the import."""

    keeps_some: bool
    archived: set[str]
    versions: dict[str, TemplateVersion]


def _read_state(job_types: Collection[str]) -> _StateBefore:
    rows = JobTemplate.objects.filter(type__in=job_types)
    is_archived = dict(rows.values_list("type", "archived"))
    archived = {name for name, gone in is_archived.items() if gone}
    return _StateBefore(len(archived) < len(is_archived), archived, current_versions(rows))


def _prune(imported: Collection[str], actor: Actor, *, may_be_all: bool) -> list[str]:
    """Archives the templates that an export would have and whose types are not among `imported`; returns their types.

    Raises Invalid (prunes_everything) if there are such templates and `may_be_all` is false, which means that the file
    has none of the stored templates and is likely the wrong file.
    """
    gone = JobTemplate.objects.filter(archived=False).exclude(type__in=imported).order_by("type")
    names = [template.type for template in gone if is_exported(actor, template)]
    if names and not may_be_all:
        number = f"all {len(names)} that there are"
        detail = f"The file has none of the present templates: with prune it would archive {number}."
        remedy = "Import the right file; or use force to archive all of them."
        raise Invalid(Problem("prunes_everything", detail, "prune", remedy=remedy))
    for name in names:
        archive_template(job_type=name, actor_name=actor.name)
    return names


def _build_report(
    specs: Sequence[TemplateSpec], stored: Mapping[str, StoredTemplate], archived: list[str]
) -> ImportReport:
    def with_outcome(outcome: StoreOutcome) -> list[str]:
        return [name for name, one in stored.items() if one.outcome is outcome]

    return ImportReport(
        created=with_outcome(StoreOutcome.CREATED),
        updated=with_outcome(StoreOutcome.UPDATED),
        unchanged=with_outcome(StoreOutcome.UNCHANGED),
        archived=archived,
        warnings=[warning.below(spec.type) for spec in specs for warning in warnings_of(spec)],
    )


def _list_changes(updated: list[str], before: _StateBefore) -> dict[str, list[Change]]:
    """Returns, for each updated type, what differs between the template version before and the one stored now."""
    after = current_versions(JobTemplate.objects.filter(type__in=updated))
    restored = [{"path": "archived", "before": True, "after": False}]
    return {
        name: version_changes(before.versions[name], after[name])
        + (restored if name in before.archived else [])
        for name in updated
    }


def _propagate_and_record(
    report: ImportReport,
    stored: Mapping[str, StoredTemplate],
    pinned: Mapping[str, list[uuid.UUID]],
    actor: Actor,
    runnable_before: Collection[str],
    before: _StateBefore,
) -> None:
    """Applies each template change to its series and jobs, and writes an audit entry for each template."""
    touched = [*report.created, *report.updated, *report.archived]
    lock_series_of(touched)
    for job_type in touched:
        spec = stored[job_type].spec if job_type in stored else current_spec(job_type)
        propagate_change(spec, actor=actor, runnable_before=runnable_before)
    after = audited.versions_of([*report.created, *report.updated])
    for verb in ("created", "updated", "archived"):
        for job_type in getattr(report, verb):
            detail = {"import": True, **pinned_detail(pinned.get(job_type, []))}
            if verb == "archived":
                audited.record_archived(actor, job_type, detail)
                continue
            audited.record_stored(
                actor,
                stored[job_type].outcome,
                before=before.versions.get(job_type),
                after=after[job_type],
                was_archived=job_type in before.archived,
                detail=detail,
            )

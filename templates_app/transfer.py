"""Whole files of templates: import, all or nothing, and export."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from scheduler_project.errors import Problem
from templates_app.documents import TemplateSpec
from templates_app.models import JobTemplate
from templates_app.queries import current_versions, list_templates
from templates_app.services import Outcome, archive_template, store_template


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The types by what became of them, and what their authors should know."""

    created: list[str]
    updated: list[str]
    unchanged: list[str]
    archived: list[str]
    warnings: list[Problem]

    def as_json(self) -> dict[str, Any]:
        return {
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "archived": self.archived,
            "warnings": [warning.as_json() for warning in self.warnings],
        }


@transaction.atomic
def import_specs(
    *, specs: Sequence[TemplateSpec], actor_name: str, dry_run: bool = False, prune: bool = False
) -> ImportReport:
    """Stores all or, after an error or with `dry_run`, none; `prune` archives the types not among them."""
    by_type = {spec.type: spec for spec in specs}
    # Rows are locked by type, in one order, so that two imports never wait for each other in a ring.
    outcomes = {name: store_template(spec=by_type[name], actor_name=actor_name) for name in sorted(by_type)}
    archived = _prune(by_type, actor_name) if prune else []
    if dry_run:
        transaction.set_rollback(True)
    return ImportReport(
        created=_with(Outcome.CREATED, outcomes),
        updated=_with(Outcome.UPDATED, outcomes),
        unchanged=_with(Outcome.UNCHANGED, outcomes),
        archived=archived,
        warnings=[warning.below(spec.type) for spec in specs for warning in spec.warnings],
    )


def _with(outcome: Outcome, outcomes: dict[str, Outcome]) -> list[str]:
    return [name for name, one in outcomes.items() if one is outcome]


def _prune(kept: dict[str, TemplateSpec], actor_name: str) -> list[str]:
    gone = JobTemplate.objects.filter(archived=False).exclude(type__in=kept).order_by("type")
    names = list(gone.values_list("type", flat=True))
    for name in names:
        archive_template(job_type=name, actor_name=actor_name)
    return names


def export_documents() -> dict[str, Any]:
    """Job type -> document as its author wrote it, sorted by type; archived templates are left out."""
    return {name: version.document_json for name, version in current_versions(list_templates()).items()}

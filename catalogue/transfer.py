"""Whole files of templates: import, all or nothing, and export."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from foundation.errors import Invalid, Problem
from templates_app.documents import TemplateSpec
from templates_app.models import JobTemplate, TemplateVersion
from templates_app.queries import current_versions, list_templates
from templates_app.services import Outcome, archive_template, store_template
from templates_app.version_diff import version_changes

Change = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The types by what became of them, and what their authors should know.

    `changes`, of a dry run: what would differ in each type that would be updated, as `diff.changes` tells it.
    """

    created: list[str]
    updated: list[str]
    unchanged: list[str]
    archived: list[str]
    warnings: list[Problem]
    changes: dict[str, list[Change]] | None = None

    def as_json(self) -> dict[str, Any]:
        told = {"changes": self.changes} if self.changes else {}
        return {
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "archived": self.archived,
            "warnings": [warning.as_json() for warning in self.warnings],
            **told,
        }


@transaction.atomic
def import_specs(
    *,
    specs: Sequence[TemplateSpec],
    actor_name: str,
    dry_run: bool = False,
    prune: bool = False,
    force: bool = False,
) -> ImportReport:
    """Stores all or, after an error or with `dry_run`, none; `prune` archives the types not among them.

    Raises Invalid (prunes_everything) where that would be all that there were, unless `force` is given.
    """
    by_type = {spec.type: spec for spec in specs}
    touched = JobTemplate.objects.filter(type__in=by_type)
    before = current_versions(touched) if dry_run else {}
    keeps_some = touched.filter(archived=False).exists()
    was_archived = set(touched.filter(archived=True).values_list("type", flat=True))
    # Rows are locked by type, in one order, so that two imports never wait for each other in a ring.
    outcomes = {name: store_template(spec=by_type[name], actor_name=actor_name) for name in sorted(by_type)}
    archived = _prune(by_type, actor_name, may_be_all=force or keeps_some) if prune else []
    updated = _with(Outcome.UPDATED, outcomes)
    changes = None
    if dry_run:
        after = current_versions(touched)
        changes = {
            name: _changes(before[name], after[name], was_archived=name in was_archived) for name in updated
        }
        transaction.set_rollback(True)
    return ImportReport(
        created=_with(Outcome.CREATED, outcomes),
        updated=updated,
        unchanged=_with(Outcome.UNCHANGED, outcomes),
        archived=archived,
        warnings=[warning.below(spec.type) for spec in specs for warning in spec.warnings],
        changes=changes,
    )


def _changes(before: TemplateVersion, after: TemplateVersion, *, was_archived: bool) -> list[Change]:
    restored = [{"path": "archived", "before": True, "after": False}] if was_archived else []
    return version_changes(before, after) + restored


def _with(outcome: Outcome, outcomes: dict[str, Outcome]) -> list[str]:
    return [name for name, one in outcomes.items() if one is outcome]


def _prune(kept: dict[str, TemplateSpec], actor_name: str, *, may_be_all: bool) -> list[str]:
    gone = JobTemplate.objects.filter(archived=False).exclude(type__in=kept).order_by("type")
    names = list(gone.values_list("type", flat=True))
    if names and not may_be_all:
        number = f"all {len(names)} that there are"
        detail = f"Not one of the present templates is in it: with prune it would archive {number}."
        remedy = "Give the file that was meant; or force, to archive all of them."
        raise Invalid(Problem("prunes_everything", detail, "prune", remedy=remedy))
    for name in names:
        archive_template(job_type=name, actor_name=actor_name)
    return names


def export_documents() -> dict[str, Any]:
    """Job type -> document as its author wrote it, sorted by type; archived templates are left out."""
    current = current_versions(list_templates())
    return {name: version.document_json for name, version in sorted(current.items())}


def as_file(documents: Any) -> str:
    """The text of an export: the same documents are the same text, a line a value, for version control."""
    return json.dumps(documents, indent=4, ensure_ascii=False) + "\n"

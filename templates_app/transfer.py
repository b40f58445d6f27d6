"""Whole files of templates: import, all or nothing, and export."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from scheduler_project.errors import Problem
from templates_app import diff
from templates_app.documents import TemplateSpec
from templates_app.models import JobTemplate
from templates_app.payload_schema.secret_values import marked
from templates_app.payload_schema.secrets import MARKER
from templates_app.queries import current_versions, list_templates
from templates_app.services import Outcome, archive_template, store_template

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
    *, specs: Sequence[TemplateSpec], actor_name: str, dry_run: bool = False, prune: bool = False
) -> ImportReport:
    """Stores all or, after an error or with `dry_run`, none; `prune` archives the types not among them."""
    by_type = {spec.type: spec for spec in specs}
    before = _stored(by_type) if dry_run else {}
    # Rows are locked by type, in one order, so that two imports never wait for each other in a ring.
    outcomes = {name: store_template(spec=by_type[name], actor_name=actor_name) for name in sorted(by_type)}
    archived = _prune(by_type, actor_name) if prune else []
    updated = _with(Outcome.UPDATED, outcomes)
    changes = _changes_since(before, updated) if dry_run else None
    if dry_run:
        transaction.set_rollback(True)
    return ImportReport(
        created=_with(Outcome.CREATED, outcomes),
        updated=updated,
        unchanged=_with(Outcome.UNCHANGED, outcomes),
        archived=archived,
        warnings=[warning.below(spec.type) for spec in specs for warning in spec.warnings],
        changes=changes,
    )


def _stored(types: Collection[str]) -> dict[str, tuple[Any, bool]]:
    """Each type's document as it is stored, secret values apart, and whether it is archived."""
    rows = JobTemplate.objects.filter(type__in=types)
    archived = dict(rows.values_list("type", "archived"))
    return {name: (document, archived[name]) for name, document in _documents(rows).items()}


def _changes_since(before: dict[str, tuple[Any, bool]], types: Collection[str]) -> dict[str, list[Change]]:
    found: dict[str, list[Change]] = {}
    for name, (document, _) in _stored(types).items():
        old, was_archived = before.get(name, ({}, False))
        restored = [{"path": "archived", "before": True, "after": False}] if was_archived else []
        found[name] = diff.changes(old, document) + restored or _secret_changes(document)
    return found


def _secret_changes(document: Any) -> list[Change]:
    """Equal documents whose secret defaults differ: which of them is not told either."""
    places = [".".join(("payload", *path)) for path in marked(document.get("payload"))]
    return [{"path": place, "before": MARKER, "after": MARKER} for place in places]


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
    return dict(sorted(_documents(list_templates()).items()))


def as_file(documents: Any) -> str:
    """The text of an export: the same documents are the same text, a line a value, for version control."""
    return json.dumps(documents, indent=4, ensure_ascii=False) + "\n"


def _documents(templates: QuerySet[JobTemplate]) -> dict[str, Any]:
    return {name: version.document_json for name, version in current_versions(templates).items()}

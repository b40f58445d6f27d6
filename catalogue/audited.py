"""Tells the audit trail what changed in job templates."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from accounts import audit
from accounts.roles import Actor
from templates_app.models import JobTemplate, TemplateVersion
from templates_app.queries import current_versions
from templates_app.services import StoreOutcome, find_changed_secrets


def versions_of(job_types: Collection[str]) -> dict[str, TemplateVersion]:
    """Returns the current versions of those job types that are stored."""
    return current_versions(JobTemplate.objects.filter(type__in=job_types))


def record_stored(
    actor: Actor,
    outcome: StoreOutcome,
    *,
    before: TemplateVersion | None,
    after: TemplateVersion,
    was_archived: bool = False,
    detail: Mapping[str, Any],
) -> None:
    """Records that a template was created or updated, with what differs between its two versions, and `detail`.

    Secret values are markers in documents; where one was changed, `changed_secrets` names its place.
    """
    new: dict[str, Any] = {
        "version": after.number,
        "document": after.document_json,
        "archived": False,
        **detail,
    }
    old: dict[str, Any] | None = None
    if before is not None:
        old = {"version": before.number, "document": before.document_json, "archived": was_archived}
        if places := find_changed_secrets(before.secrets, after.secrets):
            new["changed_secrets"] = places
    audit.record(actor, f"template_{outcome}", f"template:{after.template_id}", before=old, after=new)


def record_archived(actor: Actor, job_type: str, detail: Mapping[str, Any]) -> None:
    """Records that a template was archived, and `detail`."""
    after = {"archived": True, **detail}
    audit.record(actor, "template_archived", f"template:{job_type}", before={"archived": False}, after=after)


def record_deleted(actor: Actor, version: TemplateVersion) -> None:
    """Records that a template was deleted, whose last version this was."""
    before = {"version": version.number, "document": version.document_json}
    audit.record(actor, "template_deleted", f"template:{version.template_id}", before=before)

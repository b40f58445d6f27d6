"""Changing one template: store, archive, delete. What follows for series and jobs is the caller's to do."""

from __future__ import annotations

import enum
import json
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, ProtectedError
from django.db.models.functions import Now

from foundation.errors import Conflict, NotFound, Problem
from templates_app.diff import same_json
from templates_app.documents import TemplateSpec
from templates_app.models import DeletedTemplate, JobTemplate, TemplateVersion
from templates_app.queries import mind_rollback
from templates_app.secret_defaults import kept_apart, same_secrets


class Outcome(enum.StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


class Stale(Conflict):
    """Somebody changed the template meanwhile."""


@transaction.atomic
def store_template(
    *, spec: TemplateSpec, actor_name: str, expected_version: int | None = None, new: bool = False
) -> Outcome:
    """Creates the template, or gives it a new version if its document changed; un-archives it.

    Raises Stale if `expected_version` is given and is not the current one, Conflict (already_exists) if it is to
    be `new` and is not.
    """
    template = lock(spec.type)
    if template is None:
        if expected_version is not None:
            raise _version_conflict(expected_version, None)
        if _created(settled(spec), actor_name):
            return Outcome.CREATED
        # Another request created it between our look and our insert.
        template = lock(spec.type)
        if template is None:
            raise NotFound(Problem("not_found", f"{spec.type} was deleted at this moment.", "job_type"))
    if new:
        raise already_exists(spec.type)
    refuse_stale(template, expected_version)
    return _updated(template, settled(spec), actor_name)


def settled(spec: TemplateSpec) -> TemplateSpec:
    """The template as it would be stored now: its secret values apart, those that it keeps taken from what is there."""
    current = TemplateVersion.objects.filter(template=spec.type, number=F("template__version")).first()
    return kept_apart(spec, current.secrets if current else None)


@transaction.atomic
def archive_template(*, job_type: str, actor_name: str) -> bool:
    """Takes the template out of lists and exports, keeping its history; False if it was archived before."""
    template = _existing(job_type)
    if template.archived:
        return False
    _write(template, actor_name, archived=True)
    return True


@transaction.atomic
def delete_template(*, job_type: str, actor_name: str) -> None:
    """Removes the template and its history. Raises Conflict (in_use) while jobs or series speak of it."""
    template = _existing(job_type)
    tombstone = {"last_version": template.version, "deleted_by": actor_name, "deleted_at": Now()}
    DeletedTemplate.objects.update_or_create(type=job_type, defaults=tombstone)
    try:
        template.delete()
    except ProtectedError:
        detail = f"{job_type} has jobs or series: archive it instead."
        raise Conflict(Problem("in_use", detail, "job_type")) from None


def refuse_stale(template: JobTemplate, expected_version: int | None) -> None:
    """Raises Stale if `expected_version` is given and is not the current one."""
    if expected_version not in (None, template.version):
        raise _version_conflict(expected_version, template.version)


def already_exists(job_type: str) -> Conflict:
    detail = f"There is a template {job_type} already: change that."
    return Conflict(Problem("already_exists", detail, "type"))


def lock(job_type: str) -> JobTemplate | None:
    """The template, which nobody else changes to the end of the transaction; None if there is none."""
    # no_key: a job of this type may be inserted meanwhile, whose foreign key looks at the row. To wait for each
    # other would be a deadlock: who ends a job of a series holds the series, which we are about to change.
    return JobTemplate.objects.select_for_update(no_key=True).filter(type=job_type).first()


def _existing(job_type: str) -> JobTemplate:
    template = lock(job_type)
    if template is None:
        raise NotFound(Problem("not_found", f"There is no template {job_type}.", "job_type"))
    return template


def _version_conflict(expected: int | None, current: int | None) -> Stale:
    now = f"it is now version {current}" if current else "it does not exist"
    detail = f"The template was changed meanwhile: you speak of version {expected}, {now}."
    return Stale(Problem("version_conflict", detail))


def _created(spec: TemplateSpec, actor_name: str) -> bool:
    deleted = DeletedTemplate.objects.filter(type=spec.type).first()
    number = deleted.last_version + 1 if deleted else 1
    try:
        with transaction.atomic():
            JobTemplate.objects.create(
                type=spec.type, version=number, updated_by=actor_name, **_mirrored(spec)
            )
    except IntegrityError:
        return False
    _add_version(spec, number, actor_name)
    return True


def _updated(template: JobTemplate, spec: TemplateSpec, actor_name: str) -> Outcome:
    current = template.versions.get(number=template.version)
    if same_json(current.document_json, spec.document) and same_secrets(current.secrets, spec.sealed):
        if not template.archived:
            return Outcome.UNCHANGED
        _write(template, actor_name, archived=False)
        return Outcome.UPDATED
    number = template.version + 1
    _add_version(spec, number, actor_name)
    _write(template, actor_name, archived=False, version=number, **_mirrored(spec))
    return Outcome.UPDATED


def _add_version(spec: TemplateSpec, number: int, actor_name: str) -> None:
    TemplateVersion.objects.create(
        template_id=spec.type,
        number=number,
        document=json.dumps(spec.document, ensure_ascii=False),
        secrets=spec.sealed,
        created_by=actor_name,
    )
    mind_rollback(spec.type, number)


def _mirrored(spec: TemplateSpec) -> dict[str, Any]:
    return {
        "label": spec.label,
        "user_triggered": spec.user_triggered,
        "reschedule": spec.reschedule_after_termination,
        "enabled": spec.enabled,
        "max_concurrent": spec.max_concurrent,
        "queue": spec.queue,
        "priority": spec.priority,
    }


def _write(template: JobTemplate, actor_name: str, **changes: Any) -> None:
    JobTemplate.objects.filter(type=template.type).update(**changes, updated_at=Now(), updated_by=actor_name)

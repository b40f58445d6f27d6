"""Stores, archives and deletes one job template. The callers in `catalogue` update its series and jobs."""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.db.models.functions import Now

from foundation.encryption import SecretsUnreadable, unseal
from foundation.errors import Conflict, NotFound, Problem
from foundation.json_diff import is_same_json, list_changes
from foundation.masking import MARKER
from templates_app.default_secrets import separate_secrets
from templates_app.documents import TemplateSpec
from templates_app.models import DeletedTemplate, JobTemplate, TemplateVersion
from templates_app.queries import bypass_cache_until_commit, version_spec
from templates_app.shared_secrets.references import refuse_bad_references


class StoreOutcome(enum.StrEnum):
    """Lists what `store_template` can have done: created the template, updated it, or left it unchanged."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class PreparedTemplate:
    """Holds a template ready to be stored as `spec`: `$encrypted$` replaces its secret defaults, which are encrypted.

    `base_version` is the stored version from which values for markers were copied; None if no template is stored.
    `given` is the template before it was prepared.
    """

    given: TemplateSpec
    spec: TemplateSpec
    base_version: int | None


class StoredTemplate(NamedTuple):
    """Holds what `store_template` returns: the outcome, and the template as it was stored."""

    outcome: StoreOutcome
    spec: TemplateSpec


class Stale(Conflict):
    """Raised when a change is based on a template version that is not the current one (optimistic locking)."""


def prepare_template(spec: TemplateSpec) -> PreparedTemplate:
    """Encrypts secret defaults and puts the marker `$encrypted$` there; a marker in `spec` keeps the stored value.

    Raises Invalid (SECRET_MISSING for a marker without a stored value, secret_default for a secret written into
    payload_schema, unknown_secret and secret_not_for_type for a `secretRef`), NoSecretsKey and SecretsUnreadable.
    """
    refuse_bad_references(spec)
    template = JobTemplate.objects.filter(type=spec.type).first()
    current = template.version if template else None
    separated = separate_secrets(spec, version_spec(spec.type, current) if current else None)
    return PreparedTemplate(spec, separated, current)


def prepare_again_if_stale(prepared: PreparedTemplate, template: JobTemplate | None) -> PreparedTemplate:
    """Returns `prepared`, or prepares it again if the locked row `template` has another version than it is based on."""
    current = template.version if template else None
    return prepared if prepared.base_version == current else prepare_template(prepared.given)


@transaction.atomic
def store_template(
    *, prepared: PreparedTemplate, actor_name: str, expected_version: int | None = None, new: bool = False
) -> StoredTemplate:
    """Creates the template, or adds a version if its document or secrets changed; restores an archived template.

    Raises Stale if `expected_version` is given and is not the current version, Conflict (already_exists) if `new` is
    true and the template exists, NotFound if it is deleted at the same moment, and Invalid if a shared secret that it
    refers to is gone or not for its type.
    """
    job_type = prepared.spec.type
    template = lock_template(job_type)
    refuse_bad_references(prepared.spec, lock=True)
    if template is None:
        if expected_version is not None:
            raise _version_conflict(expected_version, None)
        prepared = prepare_again_if_stale(prepared, None)
        if _create(prepared.spec, actor_name):
            return StoredTemplate(StoreOutcome.CREATED, prepared.spec)
        # Another request created it between the SELECT above and our INSERT.
        template = lock_template(job_type)
        if template is None:
            raise NotFound(Problem("not_found", f"{job_type} was deleted at this moment.", "job_type"))
    if new:
        raise already_exists(job_type)
    refuse_stale(template, expected_version)
    prepared = prepare_again_if_stale(prepared, template)
    return StoredTemplate(_update(template, prepared.spec, actor_name), prepared.spec)


@transaction.atomic
def archive_template(*, job_type: str, actor_name: str) -> bool:
    """Archives the template, which hides it from lists and exports; False if it was archived. Raises NotFound."""
    template = _lock_existing(job_type)
    if template.archived:
        return False
    _write(template, actor_name, archived=True)
    return True


@transaction.atomic
def delete_template(*, job_type: str, actor_name: str) -> None:
    """Deletes the template and its versions. Raises NotFound, and Conflict (in_use) if it has jobs or series."""
    template = _lock_existing(job_type)
    tombstone = {"last_version": template.version, "deleted_by": actor_name, "deleted_at": Now()}
    DeletedTemplate.objects.update_or_create(type=job_type, defaults=tombstone)
    try:
        template.delete()
    except ProtectedError:
        detail = f"{job_type} has jobs or series: archive it instead."
        raise Conflict(Problem("in_use", detail, "job_type")) from None


def refuse_stale(template: JobTemplate, expected_version: int | None) -> None:
    """Raises Stale if `expected_version` is given and is not the template's current version."""
    if expected_version not in (None, template.version):
        raise _version_conflict(expected_version, template.version)


def already_exists(job_type: str) -> Conflict:
    """Returns the Conflict (already_exists) for creating a template whose job type exists."""
    detail = f"There is a template {job_type} already: change that."
    return Conflict(Problem("already_exists", detail, "type"))


def lock_template(job_type: str) -> JobTemplate | None:
    """Locks the template's database row until the transaction ends and returns it; None if there is none."""
    # FOR NO KEY UPDATE lets jobs of this type be inserted meanwhile: their foreign key takes a share lock on the row.
    # FOR UPDATE would deadlock: whoever ends a series' job holds the series, which we are about to change, and waits
    # for this row to insert the next job.
    return JobTemplate.objects.select_for_update(no_key=True).filter(type=job_type).first()


def version_changes(before: TemplateVersion, after: TemplateVersion) -> list[dict[str, Any]]:
    """Returns what differs between two versions, as `list_changes` does; shows the marker for a changed secret."""
    changes = list_changes(before.document_json, after.document_json)
    return changes + [
        {"path": f"payload.{place}", "before": MARKER, "after": MARKER}
        for place in find_changed_secrets(before.secrets, after.secrets)
    ]


def find_changed_secrets(before: str | None, after: str | None) -> list[str]:
    """Returns where two versions of a template have different secret values, from their encrypted ones."""
    try:
        old, new = unseal(before), unseal(after)
    except SecretsUnreadable:
        return []  # the rest of the documents can still be compared
    return [place for place in new if place in old and old[place] != new[place]]


def _lock_existing(job_type: str) -> JobTemplate:
    template = lock_template(job_type)
    if template is None:
        raise NotFound(Problem("not_found", f"There is no template {job_type}.", "job_type"))
    return template


def _version_conflict(expected: int | None, current: int | None) -> Stale:
    now = f"it is now version {current}" if current else "it does not exist"
    detail = f"The template was changed meanwhile: your change is based on version {expected}, {now}."
    return Stale(Problem("version_conflict", detail))


def _create(spec: TemplateSpec, actor_name: str) -> bool:
    """Inserts the template and its first version; returns False if another request inserted it first."""
    deleted = DeletedTemplate.objects.filter(type=spec.type).first()
    number = deleted.last_version + 1 if deleted else 1
    try:
        with transaction.atomic():
            JobTemplate.objects.create(
                type=spec.type, version=number, updated_by=actor_name, **_mirrored_columns(spec)
            )
    except IntegrityError:
        return False
    _add_version(spec, number, actor_name)
    return True


def _update(template: JobTemplate, spec: TemplateSpec, actor_name: str) -> StoreOutcome:
    current = template.versions.get(number=template.version)
    is_same = is_same_json(current.document_json, spec.document)
    if is_same and _has_same_secrets(current.secrets, spec.sealed):
        if not template.archived:
            return StoreOutcome.UNCHANGED
        _write(template, actor_name, archived=False)
        return StoreOutcome.UPDATED
    number = template.version + 1
    _add_version(spec, number, actor_name)
    _write(template, actor_name, archived=False, version=number, **_mirrored_columns(spec))
    return StoreOutcome.UPDATED


def _has_same_secrets(one: str | None, other: str | None) -> bool:
    """Returns whether two encrypted texts hold equal secrets; False also if one of them cannot be decrypted."""
    try:
        return unseal(one) == unseal(other)
    except SecretsUnreadable:
        return False


def _add_version(spec: TemplateSpec, number: int, actor_name: str) -> None:
    TemplateVersion.objects.create(
        template_id=spec.type,
        number=number,
        document=json.dumps(spec.document, ensure_ascii=False),
        secrets=spec.sealed,
        created_by=actor_name,
    )
    bypass_cache_until_commit(spec.type, number)


def _mirrored_columns(spec: TemplateSpec) -> dict[str, Any]:
    """Returns the columns of JobTemplate that copy keys of the document, so that SQL queries can use them."""
    return {
        "label": spec.label,
        "restricted": spec.is_restricted,
        "user_triggered": spec.user_triggered,
        "reschedule": spec.reschedule_after_termination,
        "enabled": spec.enabled,
        "max_concurrent": spec.max_concurrent,
        "queue": spec.queue,
        "priority": spec.priority,
    }


def _write(template: JobTemplate, actor_name: str, **changes: Any) -> None:
    JobTemplate.objects.filter(type=template.type).update(**changes, updated_at=Now(), updated_by=actor_name)

"""Saves, rolls back and removes one job template, and updates its series and jobs in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, connection, transaction

from accounts.roles import Actor
from accounts.services.rights import note_change
from catalogue import audited
from catalogue.importing import prepare_and_check
from catalogue.incompatible_payloads import pinned_detail, refuse_or_pin
from catalogue.propagate import propagate_change, runnable_types
from catalogue.rights import require_editable, require_editor, require_storable
from foundation.errors import Conflict, Invalid
from jobs import wakeup
from jobs.models import Job, Series
from templates_app import queries as templates
from templates_app import services as store
from templates_app.documents import TemplateSpec


def save_template(
    *,
    spec: TemplateSpec,
    actor: Actor,
    expected_version: int | None = None,
    new: bool = False,
    force: bool = False,
    detail: Mapping[str, Any] | None = None,
) -> store.StoreOutcome:
    """Creates or changes one job template, and updates its series and jobs; returns what was done.

    Raises Forbidden, Invalid for a template that cannot be stored, and Conflict if `expected_version` is not the one
    stored, if `new` is true and the type exists, or if series or waiting jobs have payloads that would be rejected;
    `force` leaves those on the version before. `detail` is added to the audit entry.
    """
    require_editor(actor)
    checked, problems = prepare_and_check([spec])
    if problems:
        raise Invalid(problems[spec.type])
    with transaction.atomic():
        runnable_before = runnable_types()
        template = store.lock_template(spec.type)
        if template and new:
            raise store.already_exists(spec.type)
        require_storable(actor, spec, template)
        if template:
            store.refuse_stale(template, expected_version)
        before = audited.versions_of([spec.type]).get(spec.type)
        was_archived = template is not None and template.archived
        prepared = store.prepare_again_if_stale(checked[spec.type], template)
        pinned = refuse_or_pin(prepared.spec, force=force)
        stored = store.store_template(
            prepared=prepared, actor_name=actor.name, expected_version=expected_version, new=new
        )
        if stored.outcome != store.StoreOutcome.UNCHANGED:
            propagate_change(stored.spec, actor=actor, runnable_before=runnable_before)
            audited.record_stored(
                actor,
                stored.outcome,
                before=before,
                after=audited.versions_of([spec.type])[spec.type],
                was_archived=was_archived,
                detail={**(detail or {}), **pinned_detail(pinned)},
            )
            if spec.is_restricted != bool(template and template.restricted):
                note_change()
    wakeup.wake_dispatchers()
    return stored.outcome


def roll_back_template(
    *, job_type: str, version: int, actor: Actor, expected_version: int | None = None, force: bool = False
) -> store.StoreOutcome:
    """Stores an older version's document and secrets again, as a new version if they differ from the newest.

    Returns what was done. Raises NotFound, and what `save_template` raises, as the rules may have changed since.
    """
    require_editable(actor, templates.get_template(job_type))
    templates.get_version(job_type, version)
    return save_template(
        spec=templates.version_spec(job_type, version),
        actor=actor,
        expected_version=expected_version,
        force=force,
        detail={"rolled_back_to": version},
    )


def remove_template(*, job_type: str, actor: Actor, expected_version: int | None = None) -> bool:
    """Deletes a job template, or archives it if it has jobs; returns True if deleted, False if archived.

    Raises Forbidden, NotFound, and Stale if `expected_version` is given and is not the current version.
    """
    require_editable(actor, templates.get_template(job_type))
    try:
        deleted = _remove(job_type, actor, expected_version)
    except (IntegrityError, Conflict):
        # A job or series was inserted meanwhile, so the second try archives. Any other conflict is raised again.
        deleted = _remove(job_type, actor, expected_version)
    wakeup.wake_dispatchers()
    return deleted


@transaction.atomic
def _remove(job_type: str, actor: Actor, expected_version: int | None) -> bool:
    template = templates.get_template(job_type)
    require_editable(actor, template)
    store.refuse_stale(template, expected_version)
    if not Job.objects.filter(template=template).exists():
        Series.objects.filter(template=template).delete()
        last = audited.versions_of([job_type])[job_type]
        store.delete_template(job_type=job_type, actor_name=actor.name)
        audited.record_deleted(actor, last)
        # Checks the deferred foreign keys now: inserts that come later wait for the deleted row and find it gone.
        connection.check_constraints()
        return True
    store.archive_template(job_type=job_type, actor_name=actor.name)
    propagate_change(templates.current_spec(job_type), actor=actor, runnable_before=())
    audited.record_archived(actor, job_type, {})
    return False

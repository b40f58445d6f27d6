"""Applies a stored change of a job template to its series and jobs, in the transaction of the change."""

from __future__ import annotations

from collections.abc import Collection

from accounts.roles import Actor
from jobs import transitions
from jobs.services import series
from jobs.transitions import NewJob
from templates_app.documents import TemplateSpec
from templates_app.models import JobTemplate
from templates_app.payloads import complete_and_validate
from templates_app.queries import get_template


def runnable_types() -> frozenset[str]:
    """Returns the job types whose templates are enabled and not archived."""
    return frozenset(JobTemplate.objects.filter(enabled=True, archived=False).values_list("type", flat=True))


def propagate_change(spec: TemplateSpec, *, actor: Actor, runnable_before: Collection[str]) -> None:
    """Starts, changes or pauses a changed template's series, applies `maxConcurrent`, and creates a job if one is due.

    `spec` is what is stored now, `runnable_before` what `runnable_types` returned before the change. A template that is
    neither user-triggered nor recurring gets one job when it is first imported and whenever it is enabled again.
    """
    template = get_template(spec.type)
    series.follow_template(template=template, spec=spec, actor=actor)
    if spec.max_concurrent is not None:
        transitions.limit_jobs(job_type=spec.type)
    runs_once = not spec.user_triggered and not spec.reschedule_after_termination
    is_runnable = template.enabled and not template.archived
    if runs_once and is_runnable and spec.type not in runnable_before:
        _create_job(template, spec)


def _create_job(template: JobTemplate, spec: TemplateSpec) -> None:
    checked = complete_and_validate(spec, {})
    transitions.create(
        [
            NewJob(
                spec=spec,
                template_version=template.version,
                payload=checked.payload,
                sealed=checked.sealed,
                secret_origins=checked.origins,
                created_by="system",
                delay_seconds=spec.start_in_seconds,
            )
        ]
    )

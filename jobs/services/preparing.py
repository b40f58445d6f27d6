"""Turns a request for a job (Submission) into a NewJob: checks rights, template, timing and payload; stores nothing.

All requests for jobs come here: REST, bulk and re-run requests, admin, command line and series.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from accounts.errors import scope_problem
from accounts.rights import JobRight
from accounts.roles import Actor
from accounts.services.tokens import VALID_SQL
from foundation.connections import release_connection
from foundation.encryption import unseal
from foundation.errors import AppError, Conflict, Forbidden, Invalid, NotFound, Problem
from handlers import registry
from jobs.lanes import MAX_PRIORITY
from jobs.services.validation import validate_by_handler
from jobs.transitions import CachedAuth, NewJob, NewSeries
from templates_app import queries as templates
from templates_app.access import has_right, refusal
from templates_app.bindings import NOTHING_STORED, StoredSecrets
from templates_app.crontabs import next_time
from templates_app.documents import TemplateSpec
from templates_app.models import JobTemplate
from templates_app.payload_schema.filling import without_read_only
from templates_app.payloads import CheckedPayload, complete_and_validate, to_stored_form
from templates_app.shared_secrets.loading import SharedSecrets
from templates_app.terms import EarlierRun, Terms
from templates_app.timing import TEN_YEARS

MAX_DELAY_SECONDS = TEN_YEARS


@dataclass(frozen=True, slots=True)
class Submission:
    """Describes a requested job, due at `start_at`, else in `start_in_seconds`, else after the template's own delay."""

    job_type: str
    payload: Any = field(default_factory=dict)
    start_in_seconds: float | None = None
    start_at: datetime | None = None
    priority: int | None = None
    rerun_of: uuid.UUID | None = None
    stored: StoredSecrets = NOTHING_STORED  # the values of `$encrypted$` in the payload
    earlier: EarlierRun | None = None  # what is known of the job `rerun_of`

    @property
    def has_no_start(self) -> bool:
        """Returns whether the request has no start time, so that the template decides when the job is due."""
        return self.start_in_seconds is None and self.start_at is None


def prepare(
    submission: Submission,
    actor: Actor,
    template: JobTemplate | None = None,
    *,
    token: str | None = None,
    right: JobRight = JobRight.RUN,
) -> NewJob:
    """Returns the job to store, which its template and its job handler have validated.

    `template`: its row from the cache; None to load it. `token`: the digest of the API token, if `actor` comes from the
    token cache. `right`: what the actor must have on the job type. Raises NotFound, Forbidden, Conflict or Invalid.
    """
    template = template or templates.get_template(submission.job_type)
    auth = cached_auth(token, actor)
    job = _validate_by_template(submission, actor, _require_runnable(template, actor, right), auth)
    validate_by_handler(job.spec.type, checked_payload(job))
    return job


def prepare_each(
    submissions: Mapping[int, Submission], actor: Actor, token: str | None = None
) -> tuple[dict[int, NewJob], dict[int, AppError]]:
    """Validates jobs by their templates; returns (accepted jobs, errors of the others), by the keys of `submissions`.

    Each template is loaded once. Validation by the job handlers is left to the caller.
    """
    runnable = {
        job_type: _find_runnable(job_type, actor)
        for job_type in {submission.job_type for submission in submissions.values()}
    }
    jobs: dict[int, NewJob] = {}
    refused: dict[int, AppError] = {}
    auth = cached_auth(token, actor)
    release_connection()  # ten thousand payloads take seconds
    for key, submission in submissions.items():
        template = runnable[submission.job_type]
        if isinstance(template, AppError):
            refused[key] = template
            continue
        try:
            jobs[key] = _validate_by_template(submission, actor, template, auth)
        except AppError as exc:
            refused[key] = exc
    return jobs, refused


def checked_payload(job: NewJob) -> CheckedPayload:
    """Returns the job's complete payload with its decrypted secret values, as job handlers validate it."""
    return CheckedPayload(job.payload, unseal(job.sealed))


def cached_auth(token: str | None, actor: Actor) -> CachedAuth:
    """Returns what the INSERT must check again: the template, and the token if `actor` comes from the token cache."""
    return CachedAuth(token, actor.role, actor.rights_version, VALID_SQL)


class _Runnable(NamedTuple):
    """Holds a template by which the actor may create jobs now, and whether the actor may edit it, too."""

    spec: TemplateSpec
    version: int
    may_edit: bool
    shared: SharedSecrets


def _find_runnable(job_type: str, actor: Actor) -> _Runnable | AppError:
    try:
        return _require_runnable(templates.get_template(job_type), actor, JobRight.RUN)
    except AppError as exc:
        return exc


def _require_runnable(template: JobTemplate, actor: Actor, right: JobRight) -> _Runnable:
    spec = templates.version_spec(template.type, template.version)
    _refuse_without_right(template, spec, actor, right)
    _refuse_unless_runnable(template, spec)
    may_edit = has_right(actor, JobRight.EDIT, template)
    return _Runnable(spec, template.version, may_edit, SharedSecrets(spec))


def _refuse_without_right(template: JobTemplate, spec: TemplateSpec, actor: Actor, right: JobRight) -> None:
    if template.archived or not has_right(actor, JobRight.SEE, template):
        raise NotFound(Problem("not_found", f"There is no job type {template.type}.", "job_type"))
    if not has_right(actor, right, template):
        raise Forbidden(refusal(actor, right, template.type))
    if not spec.user_triggered and not has_right(actor, JobRight.EDIT, template):
        detail = f"{spec.type} is a system job: only who may edit its template runs it."
        problem = Problem("permission_denied", detail, "job_type")
        raise Forbidden(scope_problem(actor, JobRight.EDIT) or problem)


def _refuse_unless_runnable(template: JobTemplate, spec: TemplateSpec) -> None:
    """Raises an error unless jobs of the template can run now."""
    if not template.enabled:
        raise Conflict(Problem("template_disabled", f"The template {spec.type} is disabled.", "job_type"))
    if spec.is_endless_user_job:
        detail = f"{spec.type} would repeat for ever: give its template maxRuns, or make it a system job."
        raise Conflict(Problem("ENDLESS_USER_JOB", detail, "job_type"))
    if (broken := registry.problem(spec.type)) is not None:
        raise broken


def _validate_by_template(
    submission: Submission, actor: Actor, template: _Runnable, auth: CachedAuth
) -> NewJob:
    spec = template.spec
    _check_timing(submission)
    terms = Terms(submission.stored, template.may_edit, submission.earlier, template.shared)
    checked = complete_and_validate(spec, submission.payload, terms)
    new_series = None
    if spec.makes_series and submission.rerun_of is None:
        new_series = _begin_series(submission, template, checked)
    return NewJob(
        spec=spec,
        template_version=template.version,
        payload=checked.payload,
        sealed=checked.sealed,
        secret_origins=checked.origins,
        created_by=actor.name,
        start_at=_first_time(spec) if new_series and submission.has_no_start else submission.start_at,
        delay_seconds=spec.start_in_seconds
        if submission.start_in_seconds is None
        else submission.start_in_seconds,
        priority=submission.priority,
        rerun_of=submission.rerun_of,
        new_series=new_series,
        cached_auth=auth,
        origin=actor.door,
    )


def _begin_series(submission: Submission, template: _Runnable, checked: CheckedPayload) -> NewSeries:
    """Returns the series that begins with a job: its later runs take the defaults of their time, secret ones too."""
    spec, given = template.spec, submission.payload
    # With a new default its author could not give the old one any more.
    chosen = given if template.may_edit else without_read_only(spec.compiled.json_schema, given)
    kept = to_stored_form(spec, chosen, stored=submission.stored.values, complete=checked.payload)
    return NewSeries(uuid.uuid4(), kept.payload, kept.sealed)


def _first_time(spec: TemplateSpec) -> datetime | None:
    """Returns the next time of the template's crontab; None if the template has a delay instead of a crontab."""
    if spec.crontab is None:
        return None
    return next_time(spec.crontab, time_zone=spec.time_zone, after=datetime.now(UTC))


def _check_timing(submission: Submission) -> None:
    """Raises Invalid if start time or priority are out of bounds; REST has checked their JSON types before."""
    delay, start_at, priority = submission.start_in_seconds, submission.start_at, submission.priority
    if delay is not None and start_at is not None:
        raise Invalid(Problem("conflict", "Give start_in_seconds or start_at, not both.", "start_at"))
    if delay is not None and not 0 <= delay <= MAX_DELAY_SECONDS:  # false for NaN, too
        detail = f"Must be between 0 and {MAX_DELAY_SECONDS} (ten years)."
        raise Invalid(Problem("maximum" if delay > 0 else "minimum", detail, "start_in_seconds"))
    if priority is not None and not 0 <= priority <= MAX_PRIORITY:
        detail = f"Must be between 0 and {MAX_PRIORITY}."
        raise Invalid(Problem("maximum" if priority > 0 else "minimum", detail, "priority"))
    if start_at is not None and start_at.tzinfo is None:
        raise Invalid(
            Problem("format", "Write the time with its zone, like 2026-01-31T12:00:00Z.", "start_at")
        )
    if start_at is not None and (start_at - datetime.now(UTC)).total_seconds() > MAX_DELAY_SECONDS:
        raise Invalid(Problem("maximum", "Choose a start within ten years from now.", "start_at"))

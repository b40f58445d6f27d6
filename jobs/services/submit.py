"""Create jobs: every door (REST, bulk, re-run, admin, command line) comes through `prepare`."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import IntegrityError, connection, transaction

from accounts.errors import Outdated
from accounts.roles import Actor, Right
from foundation.connections import release_connection
from foundation.encryption import unseal
from foundation.errors import AppError, Conflict, Forbidden, Invalid, NotFound, Problem
from handlers import registry
from jobs import hints, transitions
from jobs.services.promises import Promise, claim, keep
from jobs.services.together import Together
from jobs.services.validating import refuse_by_handler, refused_by_handlers
from jobs.transitions import NewJob, Recalled
from templates_app import queries as templates
from templates_app.crontabs import next_time
from templates_app.documents import TemplateSpec
from templates_app.models import JobTemplate
from templates_app.payloads import CheckedPayload, complete_and_validate
from templates_app.timing import TEN_YEARS

LONGEST_DELAY_SECONDS = TEN_YEARS
MOST_JOBS_AT_ONCE = 10_000
MOST_REFUSALS = 100
MOST_PRIORITY = 9
# A template that is changed while its jobs are checked has them checked again, so often.
TRIES = 3
_together = Together(transitions.create_recalled, afterwards=hints.nudge)


@dataclass(frozen=True, slots=True)
class Submission:
    """A wish for a job. Due at `start_at`, else `start_in_seconds` from now, else after the template's own delay."""

    job_type: str
    payload: Any = field(default_factory=dict)
    start_in_seconds: float | None = None
    start_at: datetime | None = None
    priority: int | None = None
    rerun_of: uuid.UUID | None = None
    stored_secrets: Mapping[str, str] = field(default_factory=dict)  # what markers in the payload stand for

    @property
    def has_no_start(self) -> bool:
        return self.start_in_seconds is None and self.start_at is None


def submit_job(*, submission: Submission, actor: Actor, token: str | None = None) -> dict[str, Any]:
    """One job's row (WHOLE_COLUMNS). Raises NotFound, Forbidden, Conflict or Invalid; then nothing was created.

    `token`: the digest by which `actor` was recalled. The template is recalled, too: that they are still so is
    asked by the statement that stores the job, and before anything is refused on the template's word.
    """
    for _ in range(TRIES):
        if row := _stored(submission, actor, token):
            return row
    raise Outdated


def _store(job: NewJob) -> dict[str, Any] | None:
    if not connection.in_atomic_block:
        return _together.store(job)
    (row,) = transitions.create_recalled([job])
    connection.check_constraints()  # now, while the caller can still be told that the template is gone
    hints.nudge()
    return row


def _stored(submission: Submission, actor: Actor, token: str | None) -> dict[str, Any] | None:
    """None if what was recalled was no longer so. The template is then asked for next time."""
    template = templates.recall_template(submission.job_type)
    try:
        job = prepare(submission, actor, template)
        row = _store(replace(job, recalled=Recalled(token, actor.role)))
    except (
        AppError,
        IntegrityError,
    ):  # the latter by its foreign key: the template was removed at this moment
        if templates.was_outdated(template):
            return None
        raise
    if row is None:
        templates.was_outdated(template)
    return row


def submit_jobs(
    *,
    submissions: Sequence[Submission],
    actor: Actor,
    token: str | None = None,
    promise: Promise | None = None,
) -> list[uuid.UUID]:
    """All or none. Every bad one is named: problems of the fourth have attrs like `jobs.3.payload.user_id`.

    What the check rests on is asked again by what stores them: if a template was changed meanwhile, all are judged
    anew. `token`: as in `submit_job`. `promise`: kept with them in one transaction.
    """
    for _ in range(TRIES):
        jobs = _all_prepared(submissions, actor, token)
        with transaction.atomic():
            claim(promise)
            ids = transitions.create_if_still(jobs)
            if ids is not None:
                keep(promise, {"job_ids": [str(job_id) for job_id in ids]})
            else:
                transaction.set_rollback(True)
        if ids is not None:
            hints.nudge()
            return ids
        if not _is_outdated(jobs):
            break  # the token is, then
    raise Outdated


def _all_prepared(submissions: Sequence[Submission], actor: Actor, token: str | None) -> list[NewJob]:
    """Raises Invalid."""
    jobs, refused = prepare_each(dict(enumerate(submissions)), actor, token)
    refused |= refused_by_handlers({index: (job.spec.type, content(job)) for index, job in jobs.items()})
    if refused:
        raise Invalid(
            [
                problem.below(f"jobs.{index}")
                for index, exc in sorted(refused.items())[:MOST_REFUSALS]
                for problem in exc.problems
            ]
        )
    return list(jobs.values())


def prepare_each(
    submissions: Mapping[int, Submission], actor: Actor, token: str | None = None
) -> tuple[dict[int, NewJob], dict[int, AppError]]:
    """(the jobs that their templates take, why the others are refused). Their handlers were not asked yet."""
    asked = {job_type: _asked(job_type, actor) for job_type in {one.job_type for one in submissions.values()}}
    jobs: dict[int, NewJob] = {}
    refused: dict[int, AppError] = {}
    recalled = Recalled(token, actor.role)
    release_connection()  # ten thousand payloads take seconds
    for place, submission in submissions.items():
        template = asked[submission.job_type]
        if isinstance(template, AppError):
            refused[place] = template
            continue
        try:
            jobs[place] = _checked_by_template(submission, actor, template, recalled)
        except AppError as exc:
            refused[place] = exc
    return jobs, refused


def _is_outdated(jobs: Sequence[NewJob]) -> bool:
    """Whether one of their templates is no longer as it was when they were checked."""
    current = templates.runnable_versions({job.spec.type for job in jobs})
    return any(current.get(job.spec.type) != job.template_version for job in jobs)


def prepare(submission: Submission, actor: Actor, template: JobTemplate | None = None) -> NewJob:
    """The job that `submission` asks for, checked in full."""
    template = template or templates.get_template(submission.job_type)
    recalled = Recalled(None, actor.role)
    job = _checked_by_template(submission, actor, _runnable(template, actor), recalled)
    refuse_by_handler(job.spec.type, content(job))
    return job


def content(job: NewJob) -> CheckedPayload:
    return CheckedPayload(job.payload, unseal(job.sealed))


class _Runnable(NamedTuple):
    """A template of which its actor may create jobs now."""

    spec: TemplateSpec
    version: int


def _asked(job_type: str, actor: Actor) -> _Runnable | AppError:
    """A batch asks once for all jobs of a template."""
    try:
        return _runnable(templates.get_template(job_type), actor)
    except AppError as exc:
        return exc


def _runnable(template: JobTemplate, actor: Actor) -> _Runnable:
    spec = templates.version_spec(template.type, template.version)
    _refuse_unless_runnable(template, spec, actor)
    return _Runnable(spec, template.version)


def _checked_by_template(
    submission: Submission, actor: Actor, template: _Runnable, recalled: Recalled
) -> NewJob:
    spec = template.spec
    _check_timing(submission)
    checked = complete_and_validate(spec, submission.payload, stored=submission.stored_secrets)
    begins = uuid.uuid4() if spec.makes_series and submission.rerun_of is None else None
    return NewJob(
        spec=spec,
        template_version=template.version,
        payload=checked.payload,
        sealed=checked.sealed,
        created_by=actor.name,
        start_at=_first_time(spec) if begins and submission.has_no_start else submission.start_at,
        delay_seconds=spec.start_in_seconds
        if submission.start_in_seconds is None
        else submission.start_in_seconds,
        priority=submission.priority,
        rerun_of=submission.rerun_of,
        begins=begins,
        recalled=recalled,
    )


def _first_time(spec: TemplateSpec) -> datetime | None:
    """The crontab's, where the template has one instead of a delay."""
    if spec.crontab is None:
        return None
    return next_time(spec.crontab, time_zone=spec.time_zone, after=datetime.now(UTC))


def _refuse_unless_runnable(template: JobTemplate, spec: TemplateSpec, actor: Actor) -> None:
    """In this order: is it there, may this actor, can it run."""
    if template.archived:
        raise NotFound(Problem("not_found", f"There is no job type {template.type}.", "job_type"))
    needed = Right.OPERATE if spec.user_triggered else Right.EDIT
    if not actor.may(needed):
        detail = (
            f"{spec.type} is a system job: only editors run it."
            if needed == Right.EDIT
            else "Viewers create no jobs."
        )
        raise Forbidden(Problem("permission_denied", detail, "job_type"))
    if not template.enabled:
        raise Conflict(Problem("template_disabled", f"The template {spec.type} is disabled.", "job_type"))
    if spec.is_endless_user_job:
        detail = f"{spec.type} would repeat for ever: give its template maxRuns, or make it a system job."
        raise Conflict(Problem("ENDLESS_USER_JOB", detail, "job_type"))
    if (broken := registry.problem(spec.type)) is not None:
        raise broken


def _check_timing(submission: Submission) -> None:
    """Every door's bounds; REST has judged the types before."""
    delay, start_at, priority = submission.start_in_seconds, submission.start_at, submission.priority
    if delay is not None and start_at is not None:
        raise Invalid(Problem("conflict", "Give start_in_seconds or start_at, not both.", "start_at"))
    if delay is not None and not 0 <= delay <= LONGEST_DELAY_SECONDS:  # false for NaN, too
        detail = f"Must be between 0 and {LONGEST_DELAY_SECONDS} (ten years)."
        raise Invalid(Problem("maximum" if delay > 0 else "minimum", detail, "start_in_seconds"))
    if priority is not None and not 0 <= priority <= MOST_PRIORITY:
        detail = f"Must be between 0 and {MOST_PRIORITY}."
        raise Invalid(Problem("maximum" if priority > 0 else "minimum", detail, "priority"))
    if start_at is not None and start_at.tzinfo is None:
        raise Invalid(
            Problem("format", "Write the time with its zone, like 2026-01-31T12:00:00Z.", "start_at")
        )
    if start_at is not None and (start_at - datetime.now(UTC)).total_seconds() > LONGEST_DELAY_SECONDS:
        raise Invalid(Problem("maximum", "Choose a start within ten years from now.", "start_at"))

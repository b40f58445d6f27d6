"""Creates jobs: one, many in one transaction, or one for an `Idempotency-Key`."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction

from accounts.errors import Outdated
from accounts.roles import Actor
from foundation.errors import AppError, Invalid
from jobs import ids, transitions, wakeup
from jobs.lanes import Lane, find_first_due
from jobs.services.idempotency import (
    IdempotentRequest,
    claim_key,
    identify_request,
    run_once,
    store_answer,
)
from jobs.services.insert_batcher import InsertBatcher
from jobs.services.preparing import Submission, checked_payload, prepare, prepare_each
from jobs.services.validation import validate_by_handlers
from jobs.transitions import NewJob
from templates_app import queries as templates

MAX_JOBS_AT_ONCE = 10_000
MAX_REFUSALS = 100
# A template or token may change between its check and the INSERT. Then everything is checked again, up to this often.
MAX_TRIES = 3


def _wake_dispatchers(rows: Iterable[dict[str, Any] | None]) -> None:
    """Wakes the dispatchers for new jobs, and names the lanes in which these are due."""
    due = (
        (Lane(row["queue"], row["limited"], row["priority"], row["template_id"]), row["claim_at"])
        for row in rows
        if row
    )
    wakeup.wake_dispatchers(find_first_due(due))


def _lane_of(job: NewJob, job_id: uuid.UUID) -> tuple[Lane, datetime]:
    """Returns the lane of a job that was stored with this id, and when it is due, by the time that the id holds."""
    priority = job.spec.priority if job.priority is None else job.priority
    created = ids.time_of(job_id)
    due_at = max(created, job.start_at or created + timedelta(seconds=job.delay_seconds))
    return Lane(job.spec.queue, job.spec.is_limited, priority, job.spec.type), due_at


_batcher = InsertBatcher(transitions.create_if_current, afterwards=_wake_dispatchers)


def submit_job(*, submission: Submission, actor: Actor, token: str | None = None) -> dict[str, Any]:
    """Creates one job and returns its row (WHOLE_COLUMNS). Raises NotFound, Forbidden, Conflict or Invalid.

    `token`: the digest of the API token, if `actor` comes from the token cache. The template comes from a cache, too.
    The INSERT checks that both are still valid; before a job is refused, the template is loaded again.
    """
    for _ in range(MAX_TRIES):  # another try after a stale cache
        if row := _submit_from_cache(submission, actor, token):
            return row
    raise Outdated


def _submit_from_cache(submission: Submission, actor: Actor, token: str | None) -> dict[str, Any] | None:
    """Stores the job; returns None if the cached template or token is stale. Drops a stale template from the cache."""
    template = templates.cached_template(submission.job_type)
    try:
        row = _store(prepare(submission, actor, template, token=token))
    except (
        AppError,
        IntegrityError,
    ):  # the latter by its foreign key: the template was removed at this moment
        if templates.drop_if_stale(template):
            return None
        raise
    if row is None:
        templates.drop_if_stale(template)
    return row


def _store(job: NewJob) -> dict[str, Any] | None:
    if not connection.in_atomic_block:
        return _batcher.store(job)
    (row,) = transitions.create_if_current([job])
    connection.check_constraints()  # now, while a removed template can still be reported to the caller
    _wake_dispatchers([row])
    return row


def submit_jobs(
    *,
    submissions: Sequence[Submission],
    actor: Actor,
    token: str | None = None,
    request: IdempotentRequest | None = None,
) -> list[uuid.UUID]:
    """Creates all jobs in one transaction and returns their ids; if one is refused, creates none and raises Invalid.

    The error names all refused jobs, MAX_REFUSALS at most: problems of the fourth have attrs like
    `jobs.3.payload.user_id`. `token`: as in `submit_job`. `request`: its idempotency key and answer are stored in the
    same transaction.
    """
    for _ in range(MAX_TRIES):  # another try after a template was changed during the check
        jobs = _prepare_all(submissions, actor, token)
        with transaction.atomic():
            claim_key(request)
            created = transitions.create_all_if_current(jobs)
            if created is not None:
                store_answer(request, {"job_ids": [str(job_id) for job_id in created]})
            else:
                transaction.set_rollback(True)
        if created is not None:
            wakeup.wake_dispatchers(find_first_due(map(_lane_of, jobs, created)))
            return created
        if not _have_templates_changed(jobs):
            break  # it is the token, which no further try makes valid
    raise Outdated


def _prepare_all(submissions: Sequence[Submission], actor: Actor, token: str | None) -> list[NewJob]:
    """Validates all submissions and returns the jobs to store. Raises Invalid if one is refused."""
    jobs, refused = prepare_each(dict(enumerate(submissions)), actor, token)
    refused |= validate_by_handlers(
        {index: (job.spec.type, checked_payload(job)) for index, job in jobs.items()}
    )
    if refused:
        raise Invalid(
            [
                problem.below(f"jobs.{index}")
                for index, exc in sorted(refused.items())[:MAX_REFUSALS]
                for problem in exc.problems
            ]
        )
    return list(jobs.values())


def _have_templates_changed(jobs: Sequence[NewJob]) -> bool:
    current = templates.runnable_versions({job.spec.type for job in jobs})
    return any(current.get(job.spec.type) != job.template_version for job in jobs)


def submit_once(*, submission: Submission, actor: Actor, key: str, body: bytes) -> tuple[uuid.UUID, bool]:
    """Creates one job for an `Idempotency-Key`, or finds the one created for it; returns (job id, whether it is new).

    Raises Conflict if the key was used with another body, Invalid for a bad key, and the errors of a refused job.
    """
    request = identify_request(actor=actor.name, key=key, body=body)
    result = run_once(request, lambda: _submit_with_key(submission, actor, request))
    if isinstance(result, uuid.UUID):
        wakeup.wake_dispatchers()
        return result, True
    if result.job_id is None:
        raise TypeError("No job was made by the request with this key and body.")
    return result.job_id, False


def _submit_with_key(submission: Submission, actor: Actor, request: IdempotentRequest) -> uuid.UUID:
    for _ in range(MAX_TRIES):  # another try after the template was changed during the check
        job = prepare(submission, actor)
        with transaction.atomic():
            claim_key(request)
            if created := transitions.create_all_if_current([job]):
                store_answer(request, job_id=created[0])
                return created[0]
            transaction.set_rollback(True)
    raise Outdated

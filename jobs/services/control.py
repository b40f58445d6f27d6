"""Stop jobs, run them again, report on them from outside."""

from __future__ import annotations

import enum
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from accounts.roles import Actor, Right
from foundation.errors import Conflict, Forbidden, Problem
from jobs import hints, transitions
from jobs.read import queries
from jobs.services.submit import Submission, submit_job
from jobs.states import State

BATCH = 500
# A job may slip from waiting to running and back (a retry) between our two tries; not for ever.
TRIES = 5


class Stopped(enum.StrEnum):
    TERMINATED = "terminated"
    REQUESTED = "requested"


def terminate_job(*, job_id: uuid.UUID, actor: Actor) -> Stopped:
    """End a waiting job at once, ask a running one to stop. Raises NotFound, Forbidden, or Conflict if it has ended."""
    need_operator(actor)
    for _ in range(TRIES):
        state = State(queries.job_row(job_id)["state"])
        if state in (State.SCHEDULED, State.QUEUED) and transitions.terminate_waiting(
            job_ids=[job_id], actor=actor.name
        ):
            hints.nudge()
            return Stopped.TERMINATED
        if state == State.RUNNING:
            new = transitions.request_stop(job_ids=[job_id], actor=actor.name)
            if new or queries.stop_is_requested(job_id):
                hints.nudge()
                return Stopped.REQUESTED
        if state in (State.SUCCEEDED, State.FAILED, State.TERMINATED):
            raise Conflict(Problem("already_ended", f"This job has ended already: {state}.", "state"))
    raise Conflict(Problem("changing", "The job is changing state right now; try again."))


@dataclass(slots=True)
class StopReport:
    """What a stop of many did (or, in a dry run, would do), in numbers of jobs."""

    matched: int = 0
    terminated: int = 0
    requested: int = 0
    already_ended: int = 0


def terminate_jobs(*, job_ids: Sequence[uuid.UUID], actor: Actor, dry_run: bool) -> StopReport:
    """Ids that no job has are not counted. Works in batches, so nobody is locked out for long."""
    need_operator(actor)
    report = StopReport()
    for start in range(0, len(job_ids), BATCH):
        batch = list(job_ids[start : start + BATCH])
        states = queries.states_of(batch)
        report.matched += len(states)
        if dry_run:
            waiting = sum(state in (State.SCHEDULED, State.QUEUED) for state in states.values())
            running = sum(state == State.RUNNING for state in states.values())
        else:
            waiting = _stop(batch, actor)
            running = len(queries.stopping_among(batch))
        ended = len(states) - waiting - running
        report.terminated += waiting
        report.requested += running
        report.already_ended += ended
    if not dry_run:
        hints.nudge()
    return report


def _stop(job_ids: list[uuid.UUID], actor: Actor) -> int:
    """How many ended at once. A job may slip from running to waiting (a retry) between the two: it is tried again."""
    terminated, left = 0, job_ids
    for _ in range(TRIES):
        terminated += len(transitions.terminate_waiting(job_ids=left, actor=actor.name))
        transitions.request_stop(job_ids=left, actor=actor.name)
        left = queries.not_stopping_among(left)
        if not left:
            break
    return terminated


def rerun_job(*, job_id: uuid.UUID, payload: Any, actor: Actor) -> uuid.UUID:
    """A new job like `job_id`, due at once, with `payload` if it is given; checked by today's template."""
    new_id: uuid.UUID = submit_job(submission=rerun_of(job_id=job_id, payload=payload), actor=actor)["id"]
    return new_id


def rerun_of(*, job_id: uuid.UUID, payload: Any) -> Submission:
    old = queries.job_row(job_id)
    again = old["payload"] if payload is None else payload
    return Submission(job_type=old["template_id"], payload=again, start_in_seconds=0, rerun_of=job_id)


def report_progress(*, job_id: uuid.UUID, percent: int, message: str, actor: Actor) -> None:
    """For work that reports from outside. Raises Conflict unless the job runs and is no further yet."""
    need_operator(actor)
    queries.job_row(job_id)
    done = transitions.report_progress(
        job_id=job_id, lease=None, percent=percent, message=message, actor=actor.name
    )
    if not done:
        raise Conflict(_why_no_progress(queries.job_row(job_id)))
    hints.nudge()


def _why_no_progress(row: dict[str, Any]) -> Problem:
    if row["state"] == State.RUNNING:
        detail = f"The job is at {row['completion_percentage']} % already; progress never falls."
        return Problem("progress_falls", detail, "completion_percentage")
    return Problem("not_running", f"Only a running job takes progress; this one is {row['state']}.", "state")


def need_operator(actor: Actor) -> None:
    if not actor.may(Right.OPERATE):
        raise Forbidden(Problem("permission_denied", "This needs the role operator or a higher one."))

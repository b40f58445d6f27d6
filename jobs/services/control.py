"""Terminates jobs, runs one again, and stores progress that programs outside the workers report."""

from __future__ import annotations

import enum
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from accounts.rights import JobRight
from accounts.roles import Actor
from foundation.errors import Conflict, Problem
from jobs import transitions, wakeup
from jobs.read import queries
from jobs.read.secret_origins import origins_of
from jobs.services.preparing import Submission
from jobs.services.rights import get_job, get_readable_job
from jobs.services.submit import submit_job
from jobs.states import State
from templates_app.access import require_somewhere, types_with
from templates_app.terms import EarlierRun

BATCH_SIZE = 500
# A job may change between waiting and running (a retry) between our two statements, each of which covers one of them.
MAX_TRIES = 5


class StopResult(enum.StrEnum):
    """Says what a request to terminate a job did: terminated it while it waited, or requested its run to stop."""

    TERMINATED = "terminated"
    REQUESTED = "requested"


def terminate_job(*, job_id: uuid.UUID, actor: Actor) -> StopResult:
    """Terminates a waiting job at once, or requests a running one to stop; returns which of the two.

    Raises NotFound, Forbidden, and Conflict if the job has ended or keeps changing its state.
    """
    get_job(job_id, actor, JobRight.STOP)
    for _ in range(MAX_TRIES):
        state = State(queries.job_row(job_id)["state"])
        if state in (State.SCHEDULED, State.QUEUED) and transitions.terminate_waiting(
            job_ids=[job_id], actor=actor
        ):
            wakeup.wake_dispatchers()
            return StopResult.TERMINATED
        if state == State.RUNNING:
            new = transitions.request_stop(job_ids=[job_id], actor=actor)
            if new or queries.is_stop_requested(job_id):
                wakeup.wake_dispatchers()
                return StopResult.REQUESTED
        if state in (State.SUCCEEDED, State.FAILED, State.TERMINATED):
            raise Conflict(Problem("already_ended", f"This job has ended already: {state}.", "state"))
    raise Conflict(Problem("changing", "The job is changing state right now; try again."))


@dataclass(slots=True)
class StopReport:
    """Counts what a request to terminate many jobs did or, in a dry run, would do.

    `capped`: more ended jobs than were counted may match.
    """

    matched: int = 0
    terminated: int = 0
    requested: int = 0
    already_ended: int = 0
    capped: bool = False


def terminate_jobs(*, job_ids: Sequence[uuid.UUID], actor: Actor, dry_run: bool) -> StopReport:
    """Terminates waiting jobs and requests running ones to stop; returns counts.

    Leaves out unknown ids, and jobs that the actor may not stop. `dry_run`: only counts them. Works in batches, so that
    jobs are not locked for long. Raises Forbidden for an actor who may stop no job at all.
    """
    require_somewhere(actor, JobRight.STOP)
    stoppable = types_with(actor, JobRight.STOP)
    report = StopReport()
    for start in range(0, len(job_ids), BATCH_SIZE):
        states = queries.states_of(list(job_ids[start : start + BATCH_SIZE]), among=stoppable)
        batch = list(states)
        report.matched += len(states)
        if dry_run:
            waiting = sum(state in (State.SCHEDULED, State.QUEUED) for state in states.values())
            running = sum(state == State.RUNNING for state in states.values())
        else:
            waiting = _stop(batch, actor)
            running = len(queries.find_stopping(batch))
        ended = len(states) - waiting - running
        report.terminated += waiting
        report.requested += running
        report.already_ended += ended
    if not dry_run:
        wakeup.wake_dispatchers()
    return report


def _stop(job_ids: list[uuid.UUID], actor: Actor) -> int:
    """Terminates waiting jobs at once and requests running ones to stop; returns how many it terminated.

    Repeats this for jobs that a retry moved from running to scheduled between the two statements.
    """
    terminated, left = 0, job_ids
    for _ in range(MAX_TRIES):
        terminated += len(transitions.terminate_waiting(job_ids=left, actor=actor))
        transitions.request_stop(job_ids=left, actor=actor)
        left = queries.find_not_stopping(left)
        if not left:
            break
    return terminated


def rerun_job(*, job_id: uuid.UUID, payload: Any, actor: Actor) -> uuid.UUID:
    """Creates a new job like `job_id`, due at once, and returns its id. Raises the same errors as `submit_job`.

    A `payload` that is not None replaces that of the old job. The template's newest version validates it.
    """
    submission = build_rerun(job_id=job_id, payload=payload, actor=actor)
    new_id: uuid.UUID = submit_job(submission=submission, actor=actor)["id"]
    return new_id


def build_rerun(*, job_id: uuid.UUID, payload: Any, actor: Actor) -> Submission:
    """Returns the Submission for a job like `job_id`, with its payload unless another is given.

    Raises NotFound, and Forbidden if the actor may not read the job.
    """
    old = get_readable_job(job_id, actor)
    again = old["payload"] if payload is None else payload
    earlier = EarlierRun(old["template_version"], old["payload"], origins_of([job_id]).get(job_id, {}))
    return Submission(
        job_type=old["template_id"], payload=again, start_in_seconds=0, rerun_of=job_id, earlier=earlier
    )


def report_progress(*, job_id: uuid.UUID, percent: int, message: str, actor: Actor) -> None:
    """Stores the progress of a running job that a program outside the worker reports.

    Raises NotFound, Forbidden, and Conflict if the job is not running or has a higher percentage already.
    """
    get_job(job_id, actor, JobRight.RUN)
    done = transitions.report_progress(
        job_id=job_id, lease=None, percent=percent, message=message, actor=actor
    )
    if not done:
        raise Conflict(_progress_problem(queries.job_row(job_id)))
    wakeup.wake_dispatchers()


def _progress_problem(row: dict[str, Any]) -> Problem:
    if row["state"] == State.RUNNING:
        detail = f"The job is at {row['completion_percentage']} % already; progress never falls."
        return Problem("progress_falls", detail, "completion_percentage")
    return Problem("not_running", f"Only a running job takes progress; this one is {row['state']}.", "state")

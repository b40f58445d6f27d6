"""Makes what tests are about, by the very services that users come by: templates, jobs and how far they got."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q

from accounts.roles import SYSTEM, Actor, Role
from catalogue import services
from jobs import dispatch_messages, transitions
from jobs.dispatcher.numbering import Numbering
from jobs.models import EndedJob, FeedBatch, Job, JobEvent, LiveJob, Process, WorkerNode
from jobs.read import queries
from jobs.read.history import fields_at
from jobs.read.shapes import WHOLE_COLUMNS
from jobs.services import operations
from jobs.services.preparing import Submission
from jobs.services.submit import submit_job
from jobs.states import EventKind, OperationKind, State
from jobs.transitions import Attempt, AttemptOutcome, Claimant
from templates_app.documents import parse_document
from templates_app.models import JobTemplate

ANN = Actor("ann", Role.OPERATOR)
EDITOR = Actor("eve", Role.EDITOR)
VIEWER = Actor("vic", Role.VIEWER)
WORKER, PID = "worker-1@test", 4711

# Six job types have handlers in the project; these two are enough for most tests.
OTP, PASSWORD = "otp_send_job", "forgot_password_job"
USER_ID = {"user_id": {"type": "uint", "required": True, "label": "User Id"}}

JOB_KEYS = {
    "job_id", "job_type", "template_version", "state", "reason", "payload", "start_time", "created_at", "started_at",
    "terminated_at", "completion_percentage", "progress_message", "result", "result_truncated", "error",
    "attempt", "max_attempts",
    "priority", "queue", "worker", "created_by", "series", "rerun_of", "terminate_requested_at", "waiting_reason",
    "version", "hidden",
}  # fmt: skip
LISTED_KEYS = JOB_KEYS - {"result", "result_truncated"}


def document(job_type: str = OTP, **keys: Any) -> dict[str, Any]:
    """A small template document for jobs that people start; `keys` are those of the file format."""
    return {
        "type": job_type,
        "startInSeconds": 0,
        "userTriggered": True,
        "rescheduleAfterTermination": False,
        "payload_schema": USER_ID,
        "payload": {"user_id": 7},
    } | keys


def recurring(job_type: str = OTP, **keys: Any) -> dict[str, Any]:
    """A system template whose series runs for ever, ten seconds after each end."""
    return document(
        job_type, **{"userTriggered": False, "rescheduleAfterTermination": True, "startInSeconds": 10} | keys
    )


def store(*documents: Mapping[str, Any], actor: Actor = SYSTEM) -> None:
    for one in documents or [document()]:
        services.save_template(spec=parse_document(dict(one)), actor=actor)


def template(job_type: str = OTP, **keys: Any) -> JobTemplate:
    """The stored template of that type: a new one, or a new version."""
    store(document(job_type, **keys))
    return JobTemplate.objects.get(pk=job_type)


def scheduled(job_type: str = OTP, *, actor: Actor = SYSTEM, **wish: Any) -> uuid.UUID:
    """A job, due now unless `wish` (fields of a Submission) says otherwise; its template is made if there is none."""
    if not JobTemplate.objects.filter(pk=job_type).exists():
        template(job_type)
    made: uuid.UUID = submit_job(submission=Submission(job_type=job_type, **wish), actor=actor)["id"]
    return made


def enqueue(job_id: uuid.UUID) -> uuid.UUID:
    """Let the dispatcher's claim take this job, due or not, and leave all others."""
    others = LiveJob.objects.filter(state=State.SCHEDULED).exclude(pk=job_id)
    held = {job.pk: job.claim_at for job in others}
    others.update(claim_at="2999-01-01T00:00:00Z")
    LiveJob.objects.filter(pk=job_id).update(claim_at="2000-01-01T00:00:00Z")
    (queued_job,) = claim_due(queue=Job.objects.get(pk=job_id).queue, limit=10)
    assert queued_job.job_id == job_id
    for other, claim_at in held.items():
        LiveJob.objects.filter(pk=other).update(claim_at=claim_at)
    return job_id


def claim_due(
    *, queue: str, limit: int, handled_types: Collection[str] | None = None, **how: Any
) -> list[transitions.QueuedJob]:
    """What a dispatcher claims right after a poll, from all lanes of the queue or those of these types."""
    lanes = {
        lane: at
        for lane, at in dispatch_messages.poll().lanes.items()
        if lane.queue == queue and (handled_types is None or lane.job_type in handled_types)
    }
    return transitions.claim_due(queue=queue, lanes=lanes, limit=limit, **how).jobs


def claimant(
    worker: str = WORKER, *, job_types: Sequence[str] = (OTP,), queues: Sequence[str] = ("default",)
) -> Claimant:
    return Claimant(worker, PID, job_types, queues)


def begin(job_id: uuid.UUID, *, worker: str = WORKER) -> Attempt:
    """Let a worker claim a queued job."""
    row = Job.objects.get(pk=job_id)
    attempt = transitions.start(
        job_id=job_id, claimant=claimant(worker, job_types=[row.template_id], queues=[row.queue])
    )
    assert attempt is not None
    return attempt


def queued(job_type: str = OTP, **wish: Any) -> uuid.UUID:
    return enqueue(scheduled(job_type, **wish))


def running(job_type: str = OTP, **wish: Any) -> Attempt:
    return begin(queued(job_type, **wish))


def ran_for(seconds: float, job_type: str = OTP) -> None:
    """A job of that type succeeded after so long, as its history tells."""
    attempt = running(job_type)
    transitions.end_attempt(attempt=attempt, outcome=AttemptOutcome(State.SUCCEEDED), actor=WORKER)
    began = F("terminated_at") - timedelta(seconds=seconds)
    EndedJob.objects.filter(pk=attempt.job_id).update(start_time=began, started_at=began)


def worker_node(name: str = WORKER, *, slots: int, queues: Sequence[str] = ("default",)) -> None:
    """A worker says that it lives."""
    WorkerNode.objects.create(name=name, host="test", pid=PID, queues=list(queues), slots=slots)


def process(
    kind: str = "dispatcher",
    *,
    silent_for: float = 0,
    problems: tuple[tuple[str, str], ...] = (),
    **columns: Any,
) -> Process:
    """What a process reported, so many seconds ago."""
    return Process.objects.create(
        name=f"{kind}-{uuid.uuid4().hex[:6]}@host-1",
        kind=kind,
        host="host-1",
        pid=4712,
        version="1",
        problems=[{"code": code, "detail": detail} for code, detail in problems],
        seen_at=queries.now() - timedelta(seconds=silent_for),
        **columns,
    )


def finish(attempt: Attempt, outcome: AttemptOutcome | None = None) -> State | None:
    """End the attempt, by default with success."""
    return transitions.end_attempt(
        attempt=attempt,
        outcome=outcome or AttemptOutcome(State.SUCCEEDED, result={"sent": True}),
        actor=WORKER,
    )


def succeeded(job_type: str = OTP, **wish: Any) -> uuid.UUID:
    attempt = running(job_type, **wish)
    finish(attempt)
    return attempt.job_id


def operation(actor: Actor = SYSTEM) -> uuid.UUID:
    """One that runs all jobs again, however few; a dispatcher has not begun with it."""
    return operations.begin(kind=OperationKind.RERUN, jobs=Job.objects.all(), to_do=Q(), actor=actor)


def job_row(at: datetime, **changed: Any) -> dict[str, Any]:
    """A scheduled job as a row of `shapes.WHOLE_COLUMNS`, for tests without a database."""
    empty = dict.fromkeys(WHOLE_COLUMNS)
    return (
        empty
        | {"id": uuid.UUID(int=1), "template_id": OTP, "template_version": 1, "state": State.SCHEDULED}
        | {"payload": {"user_id": 7}, "start_time": at, "created_at": at, "created_by": "ann", "version": 1}
        | {"attempt": 0, "max_attempts": 1, "priority": 0, "queue": "default"}
        | {
            "completion_percentage": 0,
            "progress_message": "",
            "claim_at": at,
            "limited": False,
            "withdrawals": 0,
        }
        | changed
    )


def job(job_id: uuid.UUID) -> Any:
    """The row as it is now; untyped, because tests look into columns that may be null."""
    return Job.objects.get(pk=job_id)


def events(job_id: uuid.UUID) -> list[JobEvent]:
    return list(JobEvent.objects.filter(job_id=job_id).order_by("id"))


def kinds(job_id: uuid.UUID) -> list[str]:
    return [event.kind for event in events(job_id)]


def last_event(job_id: uuid.UUID) -> Any:
    """The newest event, which must tell of the job as its row is now; its snapshot is made complete from that."""
    event: Any = events(job_id)[-1]
    row = queries.job_row(job_id)
    event.snapshot = row | fields_at(vars(event), row)
    assert event.snapshot["state"] == row["state"]
    assert event.version == event.snapshot["version"] == row["version"]
    return event


def number_events() -> int:
    """Gives the relay's numbers to new events, and returns how many got one."""
    numbered = Numbering().run_once()
    return numbered.upto - numbered.after if numbered else 0


def feed() -> list[int]:
    """The ids of all numbered events, in the order of their numbers, which begin with 1 and have no gap."""
    event_ids: list[int] = []
    for batch in FeedBatch.objects.order_by("last_seq"):
        event_ids += batch.event_ids
        assert batch.last_seq == len(event_ids)
        assert len(batch.job_ids) == len(batch.event_ids)
    return event_ids


def recorded() -> dict[uuid.UUID, tuple[int, int, int]]:
    """Of each job: how many changes, `job_created` and `job_terminated` are recorded."""
    changes = JobEvent.objects.exclude(kind=EventKind.LOG).values_list("job_id")
    return {
        job_id: (changed, created, ended)
        for job_id, changed, created, ended in changes.annotate(
            changed=Count("pk"),
            created=Count("pk", filter=Q(kind=EventKind.CREATED)),
            ended=Count("pk", filter=Q(kind=EventKind.TERMINATED)),
        )
    }


def endings(job_id: uuid.UUID) -> int:
    return kinds(job_id).count(EventKind.TERMINATED)


def frozen(job_id: uuid.UUID) -> dict[str, Any]:
    """All of a job and of what was recorded about it: the same before and after a write that must change nothing."""
    row = Job.objects.filter(pk=job_id).values().get()
    return row | {"events": kinds(job_id), "chunks": job(job_id).log_chunks.count()}

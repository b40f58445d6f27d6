"""Reads: single jobs, their histories, the event feed, and the rows the dispatcher looks for."""

from __future__ import annotations

import math
import time
import uuid
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.db import Error as DatabaseError
from django.db import connection
from django.db.models import Count, Q, QuerySet

from foundation.database_errors import is_timeout
from foundation.errors import NotFound, Problem
from jobs.models import Job, JobEvent, LogChunk, Relay
from jobs.read import liveness
from jobs.read.gaps import gap, with_gaps
from jobs.read.shapes import LIST_COLUMNS, WHOLE_COLUMNS, whole_job
from jobs.read.waiting import Facts
from jobs.states import LIVE, TERMINAL, EventKind, State
from templates_app.models import JobTemplate

_FACTS_FOR_SECONDS = 1
LOCKED_PAUSE_SECONDS = 5


def now() -> datetime:
    """By Postgres, whose clock is the one that counts: those of other machines may be wrong."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
    return found


class _Known(NamedTuple):
    """`clock`: how far Postgres's clock is ahead of ours. The others are as in Facts."""

    clock: timedelta = timedelta()
    served: frozenset[str] = frozenset()
    slots: dict[str, tuple[int, int]] = {}
    ahead: dict[str, int] = {}
    places: dict[str, tuple[int, int]] = {}
    problems: frozenset[str] = frozenset()
    job_types: dict[str, frozenset[str]] = {}


class _Remembered:
    """`known` is of `asked_at`; while one thread asks anew, the others make do with it a little longer."""

    known = _Known()
    asked_at = -math.inf
    being_asked = False

    def renew(self) -> None:
        age = time.monotonic() - self.asked_at
        if age < _FACTS_FOR_SECONDS or (self.being_asked and age < 2 * _FACTS_FOR_SECONDS):
            return
        self.being_asked = True
        try:
            self.known = _ask()
            self.asked_at = time.monotonic()
        except DatabaseError as exc:
            if not is_timeout(exc):
                raise
            # Somebody has locked one of these tables: sentences about waiting are worth no further wait.
            self.asked_at = time.monotonic() + LOCKED_PAUSE_SECONDS
        finally:
            self.being_asked = False


def _ask() -> _Known:
    problems = frozenset(problem.code for problem in liveness.platform_problems())
    workers, ahead, types = liveness.workers_by_queue(), _ahead(), liveness.types_by_queue()
    known = {queue: of_queue for queue, of_queue in types.items() if of_queue is not None}
    places = _places(workers, ahead)
    return _Known(now() - datetime.now(UTC), frozenset(workers), _slots(), ahead, places, problems, known)


_remembered = _Remembered()


def facts() -> Facts:
    """For sentences about waiting; what they rest on is remembered for a second, lists ask once a page."""
    _remembered.renew()
    known = _remembered.known
    return Facts(datetime.now(UTC) + known.clock, *known[1:])


def forget_facts() -> None:
    _remembered.asked_at = -math.inf


def _slots() -> dict[str, tuple[int, int]]:
    """(busy, all) slots of each template with maxConcurrent, counted as the dispatcher counts them."""
    slots = dict(
        JobTemplate.objects.filter(max_concurrent__isnull=False).values_list("type", "max_concurrent")
    )
    in_a_slot = Job.objects.filter(limited=True, state__in=[State.QUEUED, State.RUNNING]).order_by()
    busy = dict(in_a_slot.values_list("template_id").annotate(n=Count("*"))) if slots else {}
    return {job_type: (busy.get(job_type, 0), most or 0) for job_type, most in slots.items()}


def _ahead() -> dict[str, int]:
    """Jobs of each queue that are handed to the broker."""
    queued = Job.objects.filter(state=State.QUEUED).order_by()
    return dict(queued.values_list("queue").annotate(n=Count("*")))


def _places(workers: Mapping[str, Mapping[str, int]], ahead: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """(taken, all) slots of each queue's workers."""
    running = Job.objects.filter(state=State.RUNNING).order_by()
    busy = dict(running.values_list("worker").annotate(n=Count("*")))
    return {
        queue: (sum(busy.get(name, 0) for name in slots) + ahead.get(queue, 0), sum(slots.values()))
        for queue, slots in workers.items()
    }


def job_row(job_id: uuid.UUID) -> dict[str, Any]:
    """A row of WHOLE_COLUMNS. Raises NotFound."""
    row: dict[str, Any] | None = Job.objects.filter(pk=job_id).values(*WHOLE_COLUMNS).first()
    if row is None:
        raise NotFound(Problem("not_found", f"There is no job {job_id}.", "job_id"))
    return row


def live_among(job_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those that have not ended."""
    return set(Job.objects.filter(pk__in=job_ids).exclude(state__in=TERMINAL).values_list("pk", flat=True))


def whole(job_id: uuid.UUID) -> dict[str, Any]:
    return whole_job(job_row(job_id), facts=facts())


def states_of(job_ids: list[uuid.UUID]) -> dict[uuid.UUID, str]:
    return dict(Job.objects.filter(pk__in=job_ids).values_list("pk", "state"))


def history(job_id: uuid.UUID) -> QuerySet[JobEvent]:
    """A job's events, oldest first, without the announcements of progress and log lines."""
    passing = [EventKind.PROGRESS, EventKind.LOG]
    return JobEvent.objects.filter(job_id=job_id).exclude(kind__in=passing).order_by("id")


def log_lines(job_id: uuid.UUID, *, after: int, limit: int) -> list[dict[str, Any]]:
    """Up to `limit` lines with numbers above `after`; one in each gap says how many are left out there."""
    lines: list[dict[str, Any]] = []
    chunks = LogChunk.objects.filter(job_id=job_id, first__gte=after + 1).order_by("first")
    before = LogChunk.objects.filter(job_id=job_id, first__lte=after).order_by("-first").first()
    if before is not None:
        lines += [line for line in before.lines if line["n"] > after]
    for chunk in chunks.iterator(chunk_size=50):
        if len(lines) >= limit:
            break
        lines += chunk.lines
    return with_gaps(lines, after=after)[:limit]


def events_after(seq: int, *, limit: int) -> list[dict[str, Any]]:
    """Numbered events above `seq`, in order, each with its job's row and, for log announcements, the lines."""
    columns = ("seq", "kind", "at", "snapshot", "detail", "job_id")
    events: list[dict[str, Any]] = list(
        JobEvent.objects.filter(seq__gt=seq).order_by("seq").values(*columns)[:limit]
    )
    found = Job.objects.filter(pk__in={event["job_id"] for event in events}).values(*LIST_COLUMNS)
    jobs = {row["id"]: row for row in found}
    chunks = _announced_chunks(events)
    # A job that the retention takes away between the two queries takes its events along.
    return [
        {**event, "job": jobs[event["job_id"]], "lines": _announced_lines(event, jobs, chunks)}
        for event in events
        if event["job_id"] in jobs
    ]


_Chunks = dict[tuple[uuid.UUID, int], list[dict[str, Any]]]


def _announced_chunks(events: list[dict[str, Any]]) -> _Chunks:
    wanted = Q()
    for event in events:
        if event["kind"] == EventKind.LOG:
            wanted |= Q(job_id=event["job_id"], first=event["detail"]["first"])
    if not wanted:
        return {}
    return {(chunk.job_id, chunk.first): chunk.lines for chunk in LogChunk.objects.filter(wanted)}


def _announced_lines(
    event: dict[str, Any], jobs: dict[uuid.UUID, dict[str, Any]], chunks: _Chunks
) -> list[dict[str, Any]]:
    """With the gap before them. The lines may be left out by now, too: then a gap is all there is."""
    if event["kind"] != EventKind.LOG:
        return []
    job_id, first = event["job_id"], event["detail"]["first"]
    after = first - 1 - event["detail"].get("skipped", 0)
    if (job_id, first) in chunks:
        return with_gaps(chunks[job_id, first], after=after)
    until = first - 1 + event["detail"]["count"]
    time = event["at"].isoformat().replace("+00:00", "Z")
    return [gap(after=after, until=until, time=time, attempt=jobs[job_id]["attempt"])]


def relay() -> Relay:
    return Relay.objects.get(pk=1)


def leases() -> list[tuple[uuid.UUID, uuid.UUID, int, str, float]]:
    """Of running jobs: (job, lease, beat, worker, seconds left of the lease by Postgres's clock)."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT id, lease, beat, worker, extract(epoch FROM lease_until - now())::float8
            FROM jobs_job WHERE state = 'running'"""
        )
        found: list[tuple[uuid.UUID, uuid.UUID, int, str, float]] = cursor.fetchall()
    return found


def running_in(worker: str, pid: int, *, among: list[uuid.UUID]) -> uuid.UUID | None:
    """Which of these jobs runs in that pool process, by the ledger's word."""
    found = Job.objects.filter(pk__in=among, state=State.RUNNING, worker=worker, worker_pid=pid)
    return found.values_list("pk", flat=True).first()


def named(job_id: uuid.UUID) -> str:
    """A job in a log line: its id, type and newest attempt."""
    found = Job.objects.filter(pk=job_id).values_list("template_id", "attempt").first()
    return "job {} ({}, attempt {})".format(job_id, *found) if found else f"job {job_id}"


def queued_type(job_id: uuid.UUID, *, queues: Collection[str]) -> str | None:
    """A queued job's type; None if it is not queued in one of `queues`."""
    queued = Job.objects.filter(pk=job_id, state=State.QUEUED, queue__in=queues)
    return queued.values_list("template_id", flat=True).first()


_WITHOUT_HANDLER = """queue = %(queue)s AND claim_at <= now() - %(due_for)s * interval '1 s'
    AND NOT job_type = ANY(%(types)s::text[])"""


def without_handler(
    queue: str, *, types: Collection[str], due_for: float, limit: int
) -> list[tuple[uuid.UUID, str]]:
    """(id, type) of jobs that have waited for so long, of other types than these. Along the index of what is due."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT due.* FROM generate_series(0, 9) AS urgent(priority)
            CROSS JOIN (VALUES (true), (false)) AS kind(limited) CROSS JOIN LATERAL (
                SELECT id, job_type FROM jobs_job WHERE state = 'scheduled' AND limited = kind.limited
                AND priority = urgent.priority AND {_WITHOUT_HANDLER} LIMIT %(limit)s) AS due
            UNION ALL (SELECT id, job_type FROM jobs_job WHERE state = 'queued' AND {_WITHOUT_HANDLER}
                LIMIT %(limit)s) LIMIT %(limit)s""",  # noqa: S608 - a constant
            {"queue": queue, "types": list(types), "due_for": due_for, "limit": limit},
        )
        found: list[tuple[uuid.UUID, str]] = cursor.fetchall()
    return found


def stop_is_requested(job_id: uuid.UUID) -> bool:
    return bool(stopping_among([job_id]))


def stopping_among(job_ids: list[uuid.UUID]) -> list[uuid.UUID]:
    """Those that run and have been asked to stop."""
    stopping = Job.objects.filter(pk__in=job_ids, state=State.RUNNING, terminate_requested_at__isnull=False)
    return list(stopping.values_list("pk", flat=True))


def not_stopping_among(job_ids: list[uuid.UUID]) -> list[uuid.UUID]:
    """Those that live and have not been asked to stop."""
    going_on = Job.objects.filter(pk__in=job_ids, state__in=LIVE, terminate_requested_at__isnull=True)
    return list(going_on.values_list("pk", flat=True))

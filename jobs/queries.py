"""Reads: single jobs, their histories, the event feed, and the rows the dispatcher looks for."""

from __future__ import annotations

import math
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q
from django.db.models.functions import Now

from jobs.models import Job, JobEvent, LogChunk, Relay, WorkerNode
from jobs.shapes import LIST_COLUMNS, WHOLE_COLUMNS, whole_job
from jobs.states import LIVE, EventKind, State
from jobs.waiting import Facts
from scheduler_project.errors import NotFound, Problem
from templates_app.models import JobTemplate

WORKER_SILENCE_SECONDS = 30
_FACTS_FOR_SECONDS = 1
HISTORY_AT_MOST = 1000
_Known = tuple[timedelta, frozenset[str], dict[str, tuple[int, int]], dict[str, int]]


def now() -> datetime:
    """By Postgres, whose clock is the one that counts: those of other machines may be wrong."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
    return found


class _Remembered:
    """`known` is of `asked_at`; while one thread asks anew, the others make do with it a little longer."""

    known: _Known = timedelta(), frozenset(), {}, {}
    asked_at = -math.inf
    being_asked = False

    def renew(self) -> None:
        age = time.monotonic() - self.asked_at
        if age < _FACTS_FOR_SECONDS or (self.being_asked and age < 2 * _FACTS_FOR_SECONDS):
            return
        self.being_asked = True
        try:
            self.known = now() - datetime.now(UTC), _served_queues(), _slots(), _ahead()
            self.asked_at = time.monotonic()
        finally:
            self.being_asked = False


_remembered = _Remembered()


def facts() -> Facts:
    """For sentences about waiting; what they rest on is remembered for a second, lists ask once a page."""
    _remembered.renew()
    ahead_of_us, served, slots, ahead = _remembered.known
    return Facts(datetime.now(UTC) + ahead_of_us, served, slots, ahead)


def forget_facts() -> None:
    _remembered.asked_at = -math.inf


def _served_queues() -> frozenset[str]:
    return frozenset(slots_by_queue())


def slots_by_queue() -> dict[str, int]:
    """Of each queue that some live worker serves."""
    since = Now() - timedelta(seconds=WORKER_SILENCE_SECONDS)
    slots: dict[str, int] = {}
    for queues, of_worker in WorkerNode.objects.filter(seen_at__gte=since).values_list("queues", "slots"):
        for name in queues:
            slots[name] = slots.get(name, 0) + of_worker
    return slots


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


def job_row(job_id: uuid.UUID) -> dict[str, Any]:
    """A row of WHOLE_COLUMNS. Raises NotFound."""
    row: dict[str, Any] | None = Job.objects.filter(pk=job_id).values(*WHOLE_COLUMNS).first()
    if row is None:
        raise NotFound(Problem("not_found", f"There is no job {job_id}.", "job_id"))
    return row


def whole(job_id: uuid.UUID) -> dict[str, Any]:
    return whole_job(job_row(job_id), facts=facts())


def states_of(job_ids: list[uuid.UUID]) -> dict[uuid.UUID, str]:
    return dict(Job.objects.filter(pk__in=job_ids).values_list("pk", "state"))


def history(job_id: uuid.UUID) -> list[JobEvent]:
    """A job's events, oldest first, without the announcements of progress and log lines."""
    passing = [EventKind.PROGRESS, EventKind.LOG]
    return list(
        JobEvent.objects.filter(job_id=job_id).exclude(kind__in=passing).order_by("id")[:HISTORY_AT_MOST]
    )


def log_lines(job_id: uuid.UUID, *, after: int, limit: int) -> list[dict[str, Any]]:
    """Up to about `limit` lines with numbers above `after`."""
    lines: list[dict[str, Any]] = []
    chunks = LogChunk.objects.filter(job_id=job_id, first__gte=after + 1).order_by("first")
    before = LogChunk.objects.filter(job_id=job_id, first__lte=after).order_by("-first").first()
    if before is not None:
        lines += [line for line in before.lines if line["n"] > after]
    for chunk in chunks.iterator(chunk_size=50):
        if len(lines) >= limit:
            break
        lines += chunk.lines
    return lines[:limit]


def events_after(seq: int, *, limit: int) -> list[dict[str, Any]]:
    """Numbered events above `seq`, in order, each with its job's row and, for log announcements, the lines."""
    columns = ("seq", "kind", "snapshot", "detail", "job_id")
    events: list[dict[str, Any]] = list(
        JobEvent.objects.filter(seq__gt=seq).order_by("seq").values(*columns)[:limit]
    )
    found = Job.objects.filter(pk__in={event["job_id"] for event in events}).values(*LIST_COLUMNS)
    jobs = {row["id"]: row for row in found}
    lines = _announced_lines(events)
    # A job that the retention takes away between the two queries takes its events along.
    return [
        {**event, "job": jobs[event["job_id"]], "lines": lines.get(event["seq"], [])}
        for event in events
        if event["job_id"] in jobs
    ]


def _announced_lines(events: list[dict[str, Any]]) -> dict[int, list[dict[str, Any]]]:
    """By the seq of the announcing event."""
    places = {(e["job_id"], e["detail"]["first"]): e["seq"] for e in events if e["kind"] == EventKind.LOG}
    if not places:
        return {}
    wanted = Q()
    for job_id, first in places:
        wanted |= Q(job_id=job_id, first=first)
    return {places[chunk.job_id, chunk.first]: chunk.lines for chunk in LogChunk.objects.filter(wanted)}


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


def queued_type(job_id: uuid.UUID) -> tuple[str, int] | None:
    """A queued job's type and how often its hint was withdrawn; None if it is not queued."""
    return Job.objects.filter(pk=job_id, state=State.QUEUED).values_list("template_id", "withdrawals").first()


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

"""Reads what is recorded of jobs: their events (the history of one job, the feed of all) and their log lines."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from jobs.models import Job, JobEvent, LogChunk
from jobs.read.gaps import add_gap_lines, gap_line
from jobs.read.shapes import LIST_COLUMNS
from jobs.states import EventKind

# Progress and log events are deleted after an hour: so many numbers may have none, and are passed over at once.
MIN_WINDOW, MAX_WINDOWS = 500, 100


def job_history(job_id: uuid.UUID) -> QuerySet[JobEvent]:
    """Returns a job's events, oldest first, without those of progress and log lines."""
    passing = [EventKind.PROGRESS, EventKind.LOG]
    return JobEvent.objects.filter(job_id=job_id).exclude(kind__in=passing).order_by("id")


def log_lines(job_id: uuid.UUID, *, after: int, limit: int) -> list[dict[str, Any]]:
    """Returns up to `limit` log lines of a job after number `after`; a gap line replaces lines that are missing."""
    lines: list[dict[str, Any]] = []
    chunks = LogChunk.objects.filter(job_id=job_id, first__gte=after + 1).order_by("first")
    before = LogChunk.objects.filter(job_id=job_id, first__lte=after).order_by("-first").first()
    if before is not None:
        lines += [line for line in before.lines if line["n"] > after]
    for chunk in chunks.iterator(chunk_size=50):
        if len(lines) >= limit:
            break
        lines += chunk.lines
    return add_gap_lines(lines, after=after)[:limit]


def events_after(seq: int, *, limit: int) -> list[dict[str, Any]]:
    """Returns up to `limit` job events after `seq`, in order, with LIST_COLUMNS (`job`) and log lines (`lines`)."""
    return feed_after(seq, limit=limit)[0]


def feed_after(seq: int, *, limit: int) -> tuple[list[dict[str, Any]], int]:
    """Returns the events that `events_after` does, and the number up to which the feed was read.

    That number is where to read on, also if there are no events: those of thousands of numbers may be deleted.
    """
    events: list[dict[str, Any]] = []
    for _ in range(MAX_WINDOWS):
        found, upto = _read_window(seq, limit=max(limit - len(events), MIN_WINDOW))
        events += found
        if len(events) >= limit:
            return events[:limit], events[limit - 1]["seq"]
        if upto == seq:
            break
        seq = upto
    return events, seq


def _read_window(seq: int, *, limit: int) -> tuple[list[dict[str, Any]], int]:
    """Reads the next `limit` numbers after `seq`; returns the events that are not deleted, and the last number."""
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS_AFTER, {"seq": seq, "limit": limit})
        rows = [dict(zip(_EVENT_COLUMNS, row, strict=True)) for row in cursor.fetchall()]
    events = [row for row in rows if row["job_id"] is not None]
    for event in events:
        event["snapshot"], event["detail"] = map(_parse_json, (event["snapshot"], event["detail"]))
    found = Job.objects.filter(pk__in={event["job_id"] for event in events}).values(*LIST_COLUMNS)
    jobs = {row["id"]: row for row in found}
    chunks = _load_chunks(events)
    # Retention may delete a job between the two queries, and its events with it.
    complete = [
        {**event, "job": jobs[event["job_id"]], "lines": _log_lines_of(event, jobs, chunks)}
        for event in events
        if event["job_id"] in jobs
    ]
    return complete, rows[-1]["seq"] if rows else seq


_EVENT_COLUMNS = ("seq", "job_id", "at", "version", "attempt", "kind", "actor", "snapshot", "detail")
# Each batch that is read has at least one number after `seq`. A deleted event leaves its number without columns.
_EVENTS_AFTER = """
    SELECT numbered.seq, event.job_id, event.at, event.version, event.attempt, event.kind, event.actor,
        event.snapshot::text, event.detail::text
    FROM (
        SELECT batch.last_seq - cardinality(batch.event_ids) + entry.place AS seq, entry.event_id, entry.job_id
        FROM (SELECT last_seq, event_ids, job_ids FROM jobs_feed WHERE last_seq > %(seq)s AND event_ids <> '{}'
              ORDER BY last_seq LIMIT %(limit)s) AS batch
            CROSS JOIN LATERAL unnest(batch.event_ids, batch.job_ids) WITH ORDINALITY
                AS entry(event_id, job_id, place)
        WHERE batch.last_seq - cardinality(batch.event_ids) + entry.place > %(seq)s
        ORDER BY batch.last_seq, entry.place LIMIT %(limit)s
    ) AS numbered LEFT JOIN jobs_event AS event ON event.job_id = numbered.job_id AND event.id = numbered.event_id
    ORDER BY numbered.seq"""


def _parse_json(text: str | None) -> Any:
    return None if text is None else json.loads(text)


_Chunks = dict[tuple[uuid.UUID, int], list[dict[str, Any]]]


def _load_chunks(events: list[dict[str, Any]]) -> _Chunks:
    wanted = Q()
    for event in events:
        if event["kind"] == EventKind.LOG:
            wanted |= Q(job_id=event["job_id"], first=event["detail"]["first"])
    if not wanted:
        return {}
    return {(chunk.job_id, chunk.first): chunk.lines for chunk in LogChunk.objects.filter(wanted)}


def _log_lines_of(
    event: dict[str, Any], jobs: dict[uuid.UUID, dict[str, Any]], chunks: _Chunks
) -> list[dict[str, Any]]:
    """Returns a log event's lines and the gap line before them; only a gap line if the lines are deleted by now."""
    if event["kind"] != EventKind.LOG:
        return []
    job_id, first = event["job_id"], event["detail"]["first"]
    after = first - 1 - event["detail"].get("skipped", 0)
    if (job_id, first) in chunks:
        return add_gap_lines(chunks[job_id, first], after=after)
    until = first - 1 + event["detail"]["count"]
    time = event["at"].isoformat().replace("+00:00", "Z")
    return [gap_line(after=after, until=until, time=time, attempt=jobs[job_id]["attempt"])]


def newest_seq() -> int:
    """Returns the number (`seq`) of the last job event that was numbered; 0 if there is none."""
    with connection.cursor() as cursor:
        # Retention may have deleted the last batch of the feed, but never the relay's newest state.
        cursor.execute(
            """SELECT greatest((SELECT max(last_seq) FROM jobs_feed), (SELECT max(last_seq) FROM jobs_relaystate), 0)"""
        )
        return int(cursor.fetchone()[0])

"""Reads single jobs, and what dispatchers and workers need to know of jobs."""

from __future__ import annotations

import math
import time
import uuid
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.db import Error as DatabaseError
from django.db import connection
from django.db.models import Count

from foundation.database_errors import is_timeout
from foundation.errors import NotFound, Problem
from jobs.models import Job, LiveJob
from jobs.read import liveness
from jobs.read.shapes import WHOLE_COLUMNS, whole_job
from jobs.read.visibility import EVERYTHING, Visibility
from jobs.read.waiting import WaitingFacts
from jobs.states import State
from templates_app.access import ALL_TYPES, Types
from templates_app.models import JobTemplate

_CACHE_SECONDS = 1
_MAX_CACHE_SECONDS = 5
_SHARE = 0.02  # of the time, for loading the facts
LOCKED_PAUSE_SECONDS = 5


def now() -> datetime:
    """Returns the time by Postgres's clock, as all stored times are; the clocks of other machines may be wrong."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
    return found


class _CachedFacts(NamedTuple):
    """Holds what WaitingFacts is made from. `clock`: how far Postgres's clock is ahead of this machine's clock."""

    clock: timedelta = timedelta()
    served: frozenset[str] = frozenset()
    slots: dict[str, tuple[int, int]] = {}
    ahead: dict[str, int] = {}
    places: dict[str, tuple[int, int]] = {}
    problems: frozenset[str] = frozenset()
    job_types: dict[str, frozenset[str]] = {}


class _FactsCache:
    """Caches what `waiting_reason` needs, for a second. While one thread reloads it, others use it a second longer.

    Counting live jobs is slow while an open transaction keeps dead rows; then the facts are cached for longer.
    """

    facts = _CachedFacts()
    loaded_at = -math.inf
    is_loading = False

    def refresh(self) -> None:
        """Loads the facts again if they are too old. Raises DatabaseError, but keeps the old facts at a timeout."""
        age = time.monotonic() - self.loaded_at
        if age < _CACHE_SECONDS or (self.is_loading and age < 2 * _CACHE_SECONDS):
            return
        self.is_loading = True
        began = time.monotonic()
        try:
            self.facts = _load_facts()
            took = time.monotonic() - began
            self.loaded_at = began + max(min(took / _SHARE, _MAX_CACHE_SECONDS) - _CACHE_SECONDS, took)
        except DatabaseError as exc:
            if not is_timeout(exc):
                raise
            # Another session has locked one of these tables: sentences about waiting are not worth another wait.
            self.loaded_at = time.monotonic() + LOCKED_PAUSE_SECONDS
        finally:
            self.is_loading = False


def _load_facts() -> _CachedFacts:
    problems = frozenset(problem.code for problem in liveness.platform_problems())
    workers, ahead, types = liveness.workers_by_queue(), _count_queued(), liveness.types_by_queue()
    known = {queue: of_queue for queue, of_queue in types.items() if of_queue is not None}
    places = _count_worker_slots(workers, ahead)
    return _CachedFacts(
        now() - datetime.now(UTC), frozenset(workers), _count_template_slots(), ahead, places, problems, known
    )


_facts_cache = _FactsCache()


def waiting_facts() -> WaitingFacts:
    """Returns the facts that `waiting_reason` needs, cached for a second; lists of jobs call this once a page."""
    _facts_cache.refresh()
    known = _facts_cache.facts
    return WaitingFacts(datetime.now(UTC) + known.clock, *known[1:])


def clear_cached_facts() -> None:
    """Makes the next call of `waiting_facts` load all facts again."""
    _facts_cache.loaded_at = -math.inf


def _count_template_slots() -> dict[str, tuple[int, int]]:
    """Returns (busy, all) template slots by job type, for templates with maxConcurrent, as dispatchers count them."""
    slots = dict(
        JobTemplate.objects.filter(max_concurrent__isnull=False).values_list("type", "max_concurrent")
    )
    in_a_slot = LiveJob.objects.filter(limited=True, state__in=[State.QUEUED, State.RUNNING]).order_by()
    busy = dict(in_a_slot.values_list("template_id").annotate(n=Count("*"))) if slots else {}
    return {job_type: (busy.get(job_type, 0), limit or 0) for job_type, limit in slots.items()}


def _count_queued() -> dict[str, int]:
    """Returns how many jobs of each queue are queued: handed to the broker and not started."""
    queued = LiveJob.objects.filter(state=State.QUEUED).order_by()
    return dict(queued.values_list("queue").annotate(n=Count("*")))


def _count_worker_slots(
    workers: Mapping[str, Mapping[str, int]], ahead: Mapping[str, int]
) -> dict[str, tuple[int, int]]:
    """Returns (taken, all) worker slots by queue; both running and queued jobs take a slot."""
    running = LiveJob.objects.filter(state=State.RUNNING).order_by()
    busy = dict(running.values_list("worker").annotate(n=Count("*")))
    return {
        queue: (sum(busy.get(name, 0) for name in slots) + ahead.get(queue, 0), sum(slots.values()))
        for queue, slots in workers.items()
    }


def job_row(job_id: uuid.UUID) -> dict[str, Any]:
    """Returns the WHOLE_COLUMNS of a job as a dict. Raises NotFound."""
    row: dict[str, Any] | None = Job.objects.filter(pk=job_id).values(*WHOLE_COLUMNS).first()
    if row is None:
        raise NotFound(no_job(job_id))
    return row


def find_live(job_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Returns the ids of those given jobs that have not ended."""
    return set(LiveJob.objects.filter(pk__in=job_ids).values_list("pk", flat=True))


def seen_job_row(job_id: uuid.UUID, visibility: Visibility) -> dict[str, Any]:
    """Returns the WHOLE_COLUMNS of a job as a dict. Raises NotFound, also for a job that the reader does not see."""
    row = job_row(job_id)
    if not visibility.sees(row["template_id"]):
        raise NotFound(no_job(job_id))
    return row


def job_as_json(job_id: uuid.UUID, *, visibility: Visibility = EVERYTHING) -> dict[str, Any]:
    """Returns a job as the API sends it to this reader. Raises NotFound."""
    row = seen_job_row(job_id, visibility)
    return whole_job(row, facts=waiting_facts(), visibility=visibility)


def no_job(job_id: uuid.UUID) -> Problem:
    """Returns the Problem (not_found) of an id that no job has."""
    return Problem("not_found", f"There is no job {job_id}.", "job_id")


def states_of(job_ids: list[uuid.UUID], *, among: Types = ALL_TYPES) -> dict[uuid.UUID, str]:
    """Returns the states of the given jobs by id, without jobs that do not exist or have a type not in `among`."""
    found = Job.objects.filter(among.condition(), pk__in=job_ids)
    return dict(found.values_list("pk", "state"))


def running_leases() -> list[tuple[uuid.UUID, uuid.UUID, int, str, float]]:
    """Returns (job id, lease, its renewal counter, worker, seconds left by Postgres's clock) of all running jobs."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT id, lease, beat, worker, extract(epoch FROM lease_until - now())::float8
            FROM jobs_live WHERE state = 'running'"""
        )
        found: list[tuple[uuid.UUID, uuid.UUID, int, str, float]] = cursor.fetchall()
    return found


def find_running_jobs(worker: str, pid: int, *, among: list[uuid.UUID]) -> list[uuid.UUID]:
    """Returns the ids of those jobs of `among` that process `pid` of the worker has claimed and not ended."""
    found = LiveJob.objects.filter(pk__in=among, state=State.RUNNING, worker=worker, worker_pid=pid)
    return list(found.order_by("pk").values_list("pk", flat=True))


def describe_job(job_id: uuid.UUID) -> str:
    """Returns a text for log messages: the job's id, and its type and newest attempt if it exists."""
    found = Job.objects.filter(pk=job_id).values_list("template_id", "attempt").first()
    return "job {} ({}, attempt {})".format(job_id, *found) if found else f"job {job_id}"


def type_of_queued(job_id: uuid.UUID, *, queues: Collection[str]) -> str | None:
    """Returns the type of a job; None if the job is not queued in one of `queues`."""
    queued = LiveJob.objects.filter(pk=job_id, state=State.QUEUED, queue__in=queues)
    return queued.values_list("template_id", flat=True).first()


_WITHOUT_HANDLER = """queue = %(queue)s AND claim_at <= now() - %(due_for)s * interval '1 s'
    AND NOT job_type = ANY(%(types)s::text[])"""


def jobs_without_handler(
    queue: str, *, types: Collection[str], due_for: float, limit: int
) -> list[tuple[uuid.UUID, str]]:
    """Returns (id, type) of jobs of a queue that have been due for `due_for` seconds and whose type is not in `types`.

    Reads each priority by itself from the index of due jobs (loose index scan).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT due.* FROM generate_series(0, 9) AS urgent(priority)
            CROSS JOIN (VALUES (true), (false)) AS kind(limited) CROSS JOIN LATERAL (
                SELECT id, job_type FROM jobs_live WHERE state = 'scheduled' AND limited = kind.limited
                AND priority = urgent.priority AND {_WITHOUT_HANDLER} LIMIT %(limit)s) AS due
            UNION ALL (SELECT id, job_type FROM jobs_live WHERE state = 'queued' AND {_WITHOUT_HANDLER}
                LIMIT %(limit)s) LIMIT %(limit)s""",  # noqa: S608 - a constant
            {"queue": queue, "types": list(types), "due_for": due_for, "limit": limit},
        )
        found: list[tuple[uuid.UUID, str]] = cursor.fetchall()
    return found


def is_stop_requested(job_id: uuid.UUID) -> bool:
    """Returns whether the job is running and a stop of it was requested."""
    return bool(find_stopping([job_id]))


def find_stopping(job_ids: list[uuid.UUID]) -> list[uuid.UUID]:
    """Returns the ids of those given jobs that are running and have been requested to stop."""
    stopping = LiveJob.objects.filter(
        pk__in=job_ids, state=State.RUNNING, terminate_requested_at__isnull=False
    )
    return list(stopping.values_list("pk", flat=True))


def find_not_stopping(job_ids: list[uuid.UUID]) -> list[uuid.UUID]:
    """Returns the ids of those given jobs that have not ended and have not been requested to stop."""
    found = LiveJob.objects.filter(pk__in=job_ids, terminate_requested_at__isnull=True)
    return list(found.values_list("pk", flat=True))

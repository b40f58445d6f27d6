"""Deletes what is old: ended jobs with events and log, progress events, idempotency keys, series, operations."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection

from foundation.database_errors import describe, first_line, is_temporary, is_timeout
from jobs import ids
from jobs.dispatcher import partitions
from jobs.read import queries
from jobs.services.idempotency import KEY_LIFETIME

log = logging.getLogger(__name__)

# Small batches with pauses, so that a purge of a million jobs does not slow down anything else.
JOBS_PER_BATCH = 500
EVENTS_PER_BATCH = 2000
BATCH_INTERVAL_SECONDS = 0.2
ROUND_INTERVAL_SECONDS = 60.0
PROGRESS_MAX_AGE = timedelta(hours=1)
OPERATIONS_MAX_AGE = timedelta(days=7)

# Jobs without a partition of their own, whose partitions can be dropped as a whole: partitions.py.
_PURGE_JOBS = """
    WITH old AS (
        SELECT id FROM jobs_ended_default WHERE id < %(made_before)s AND terminated_at < %(cutoff)s
        ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
    ), chunks AS (DELETE FROM jobs_log_default WHERE job_id IN (SELECT id FROM old)),
    events AS (DELETE FROM jobs_event_default WHERE job_id IN (SELECT id FROM old)),
    jobs AS (DELETE FROM jobs_ended_default WHERE id IN (SELECT id FROM old) RETURNING created_at, job_type, state),
    gone AS (
        SELECT (created_at AT TIME ZONE 'UTC')::date AS day, job_type, state, count(*) AS number
        FROM jobs GROUP BY 1, 2, 3
    ), counted AS (
        UPDATE jobs_total AS total SET number = total.number - gone.number FROM gone
        WHERE total.day = gone.day AND total.job_type = gone.job_type AND total.state = gone.state
    )
    SELECT count(*) FROM old"""
_PURGE_KEYS = """
    WITH old AS (
        DELETE FROM jobs_idempotencykey WHERE id IN (
            SELECT id FROM jobs_idempotencykey WHERE created_at < %(cutoff)s
            ORDER BY created_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
        RETURNING id
    )
    SELECT count(*) FROM old"""
_PURGE_SERIES = """
    WITH old AS (
        DELETE FROM jobs_series WHERE id IN (
            SELECT id FROM jobs_series AS series WHERE (archived OR (state = 'ended' AND NOT owned_by_template))
                AND NOT EXISTS (SELECT FROM jobs_job WHERE series_id = series.id)
            LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
        RETURNING id
    )
    SELECT count(*) FROM old"""
_PURGE_OPERATIONS = """
    WITH old AS (
        SELECT id FROM jobs_operation WHERE ended_at < %(cutoff)s ORDER BY ended_at LIMIT 1 FOR UPDATE SKIP LOCKED
    ), parts AS (DELETE FROM jobs_operationpart WHERE operation_id IN (SELECT id FROM old)),
    gone AS (DELETE FROM jobs_operation WHERE id IN (SELECT id FROM old))
    SELECT count(*) FROM old"""
# Only events that are numbered; readers of the feed have had an hour.
_PURGE_PROGRESS = """
    WITH old AS (
        SELECT job_id, id FROM jobs_event
        WHERE kind IN ('job_progress', 'job_log') AND at < %(cutoff)s
            AND id <= (SELECT read_up_to FROM jobs_relaystate ORDER BY last_seq DESC LIMIT 1)
        ORDER BY at LIMIT %(limit)s
    ), gone AS (
        DELETE FROM jobs_event AS event USING old WHERE event.job_id = old.job_id AND event.id = old.id
    )
    SELECT count(*) FROM old"""
_PURGE_FEED = """
    WITH old AS (
        DELETE FROM jobs_feed WHERE last_seq IN (
            SELECT last_seq FROM (SELECT last_seq, at FROM jobs_feed ORDER BY last_seq LIMIT %(limit)s) AS oldest
            WHERE at < %(cutoff)s)
        RETURNING last_seq
    )
    SELECT count(*) FROM old"""
# Only minutes that jobs_count contains.
_PURGE_MINUTES = """
    WITH old AS (
        DELETE FROM jobs_minute WHERE minute < %(cutoff)s
            AND minute < coalesce((SELECT minute FROM jobs_countmark), 'infinity') RETURNING minute
    ),
    empty AS (DELETE FROM jobs_total WHERE number <= 0)
    SELECT count(*) FROM old"""
_PURGE_RELAY_STATES = """
    WITH old AS (
        DELETE FROM jobs_relaystate WHERE last_seq < (SELECT max(last_seq) FROM jobs_relaystate) RETURNING last_seq
    )
    SELECT count(*) FROM old"""


class Retention:
    """Makes and drops partitions, and deletes old rows outside them in small batches, to slow down nothing else."""

    def run_once(self) -> float:
        """Deletes one batch of each kind of old rows; returns the seconds until the next call."""
        _skip_if_locked(_try_to_renew_partitions)
        purged = _skip_if_locked(_purge_old_jobs)
        pruned = _skip_if_locked(prune_progress)
        expired = _skip_if_locked(purge_keys)
        unread = _skip_if_locked(purge_feed)
        _skip_if_locked(purge_series)
        forgotten = _skip_if_locked(purge_operations)
        if purged:
            log.info("purged %s jobs older than %s days", purged, settings.RETENTION_DAYS)
        more = purged == JOBS_PER_BATCH or forgotten or EVENTS_PER_BATCH in (pruned, expired, unread)
        return BATCH_INTERVAL_SECONDS if more else ROUND_INTERVAL_SECONDS


def _skip_if_locked(purge: Callable[[], int]) -> int:
    """Returns what `purge` returns, or 0 if it timed out on another session's lock, so that other purges still run."""
    try:
        return purge()
    except DatabaseError as exc:
        if not is_timeout(exc):
            raise
        log.warning("old rows stay, another session holds some of them: %s", first_line(exc))
        return 0


def _try_to_renew_partitions() -> int:
    """Returns what `_renew_partitions` does; an error, such as a name that is taken, stops no other purge."""
    try:
        return _renew_partitions()
    except DatabaseError as exc:
        if is_temporary(exc):
            raise
        log.error("partitions are not made or dropped: %s", describe(exc))
        return 0


def _renew_partitions() -> int:
    """Makes partitions ahead of time and drops the old ones; returns how many it made and dropped."""
    now, days = queries.now(), settings.RETENTION_DAYS
    made = partitions.make_partitions(now=now, days=partitions.partition_days(days))
    if not days:
        return len(made)
    dropped = partitions.drop_old_partitions(cutoff=now - timedelta(days=days))
    if dropped:
        log.info("dropped the partitions %s: their jobs are older than %s days", ", ".join(dropped), days)
    return len(made) + len(dropped)


def _purge_old_jobs() -> int:
    if not settings.RETENTION_DAYS:
        return 0
    return purge_jobs(older_than=timedelta(days=settings.RETENTION_DAYS))


def purge_jobs(*, older_than: timedelta) -> int:
    """Deletes one batch of jobs without a partition that ended longer than `older_than` ago; returns how many."""
    cutoff = queries.now() - older_than
    # The bound on the id keeps the scan inside the old end of the index.
    bounds = {"made_before": ids.lowest_from(cutoff), "cutoff": cutoff}
    return _count(_PURGE_JOBS, {**bounds, "limit": JOBS_PER_BATCH})


def prune_progress() -> int:
    """Deletes one batch of old progress and log events, but no job's progress or log itself; returns how many."""
    cutoff = queries.now() - PROGRESS_MAX_AGE
    return _count(_PURGE_PROGRESS, {"cutoff": cutoff, "limit": EVENTS_PER_BATCH})


def purge_keys() -> int:
    """Deletes one batch of expired idempotency keys; returns how many."""
    return _count(_PURGE_KEYS, {"cutoff": queries.now() - KEY_LIFETIME, "limit": EVENTS_PER_BATCH})


def purge_feed() -> int:
    """Deletes what the relay wrote and nobody needs: states, and feed and counters older than jobs are kept.

    Returns how many rows of the feed it deleted, one batch at most.
    """
    _count(_PURGE_RELAY_STATES, {})
    if not settings.RETENTION_DAYS:
        return 0
    cutoff = queries.now() - timedelta(days=settings.RETENTION_DAYS)
    _count(_PURGE_MINUTES, {"cutoff": cutoff})
    return _count(_PURGE_FEED, {"cutoff": cutoff, "limit": EVENTS_PER_BATCH})


def purge_series() -> int:
    """Deletes one batch of series that are archived or ended and have no jobs left; returns how many."""
    return _count(_PURGE_SERIES, {"limit": EVENTS_PER_BATCH})


def purge_operations() -> int:
    """Deletes one operation on many jobs (up to a million) that ended over a week ago; returns how many (0 or 1)."""
    return _count(_PURGE_OPERATIONS, {"cutoff": queries.now() - OPERATIONS_MAX_AGE})


def _count(sql: str, params: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.fetchone()[0])

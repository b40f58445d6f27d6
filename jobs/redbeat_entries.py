"""Reads from Postgres which entries RedBeat should hold in Redis: one for the scheduled job of each series.

A job's column `armed` says whether its entry was stored there. A wrong value delays a job by a second and loses none.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connection

from foundation.prepared import fetch_by_index

_MICROSECOND = "interval '1 microsecond'"


class RedBeatEntry(NamedTuple):
    """Describes the RedBeat entry of one series; `due` is its scheduled job's start time in seconds since the epoch."""

    series_id: uuid.UUID
    every_seconds: int
    due: float


_ENTRIES = """job.series_id, coalesce(series.every_seconds, 1), extract(epoch FROM job.start_time)::float8
    FROM jobs_live AS job JOIN jobs_series AS series ON series.id = job.series_id
    WHERE job.state = 'scheduled' AND job.series_id IS NOT NULL"""


def find_missing_entries(*, limit: int) -> list[RedBeatEntry]:
    """Returns up to `limit` entries that were not stored in Redis since their job was created or rescheduled."""
    sql = f"SELECT {_ENTRIES} AND NOT job.armed LIMIT %(limit)s"
    return [RedBeatEntry(*row) for row in fetch_by_index(sql, {"limit": limit})]


def list_entries() -> list[RedBeatEntry]:
    """Returns the RedBeat entries of all series that have a scheduled job."""
    return [RedBeatEntry(*row) for row in _fetch(f"SELECT {_ENTRIES}", [])]


def list_active_series() -> list[uuid.UUID]:
    """Returns the ids of all active series."""
    return [row[0] for row in _fetch("SELECT id FROM jobs_series WHERE state = 'active'", [])]


def count_active_series() -> int:
    """Returns the number of active series."""
    return int(_fetch("SELECT count(*) FROM jobs_series WHERE state = 'active'", [])[0][0])


def mark_stored(series_ids: Sequence[uuid.UUID]) -> None:
    """Records that Redis holds the entries of these series; skips job rows that another session has locked."""
    sql = """UPDATE jobs_live SET armed = true WHERE id IN (
        SELECT id FROM jobs_live WHERE state = 'scheduled' AND series_id = ANY(%s)
        ORDER BY id FOR NO KEY UPDATE SKIP LOCKED) RETURNING id"""
    _fetch(sql, [list(series_ids)])


def release_series(series_id: uuid.UUID) -> bool:
    """Lets dispatchers claim the series' scheduled job from its due time on; returns whether a job was released.

    Called for a RedBeat message; without one the job may be claimed a second later. `claim_at` is set a microsecond
    after the due time, which distinguishes the job from one that a user made due at once.
    """
    sql = f"""UPDATE jobs_live SET claim_at = start_time + {_MICROSECOND} WHERE id IN (
        SELECT id FROM jobs_live WHERE series_id = %s AND state = 'scheduled' AND claim_at > start_time + {_MICROSECOND}
        FOR NO KEY UPDATE SKIP LOCKED) RETURNING id"""  # noqa: S608 - a constant is put in
    return bool(_fetch(sql, [series_id]))


def _fetch(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows

"""Somebody else's transaction holds rows or tables: a forgotten psql session, a backup, a migration."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, LiteralString

import psycopg

from tests.faults.faults import Fault

if TYPE_CHECKING:
    from tests.faults.performance import Performance

MAX_SECONDS = 45
# Whatever the product holds at this moment is passed over, so no deadlock comes of it.
LIVE_JOBS: LiteralString = """SELECT id FROM jobs_live
    ORDER BY id FOR UPDATE SKIP LOCKED"""


def jobs_are_locked(play: Performance, dice: random.Random) -> None:
    """All that wait or run: they can neither be claimed, nor renewed, nor ended."""
    _hold(play, dice, LIVE_JOBS)


def series_are_locked(play: Performance, dice: random.Random) -> None:
    _hold(play, dice, "SELECT id FROM jobs_series ORDER BY id FOR UPDATE SKIP LOCKED")


def templates_are_locked(play: Performance, dice: random.Random) -> None:
    _hold(play, dice, "SELECT 1 FROM templates_app_jobtemplate FOR UPDATE SKIP LOCKED")


def the_feed_is_locked(play: Performance, dice: random.Random) -> None:
    """Events wait for it: clients show old news meanwhile."""
    _hold(play, dice, "LOCK TABLE jobs_feed IN EXCLUSIVE MODE")


def a_table_is_locked(play: Performance, dice: random.Random) -> None:
    """As a migration locks it: not even reads go through."""
    table: LiteralString = dice.choice(
        ["jobs_live", "jobs_ended", "jobs_event", "jobs_series", "jobs_workernode"]
    )
    _hold(play, dice, f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE", at_most=20)


FAULTS: tuple[Fault, ...] = (
    jobs_are_locked,
    series_are_locked,
    templates_are_locked,
    the_feed_is_locked,
    a_table_is_locked,
)


def _hold(
    play: Performance, dice: random.Random, statement: LiteralString, *, at_most: float = MAX_SECONDS
) -> None:
    """What needs these rows counts as Postgres being away: callers may be asked to come again."""
    seconds = dice.uniform(5, at_most)
    print(f"         for {seconds:.0f} s", flush=True)
    end = time.monotonic() + seconds
    with play.postgres_is_away():
        while time.monotonic() < end:
            try:
                with play.stage.sql() as sql, sql.transaction():
                    sql.execute("SET LOCAL lock_timeout = '5s'")
                    sql.execute(statement)
                    time.sleep(max(0, end - time.monotonic()))
            except (
                psycopg.Error
            ):  # another fault at this moment took the server, or the lock is not to be had
                time.sleep(0.5)

"""What a stop waits for, said while it waits."""

from __future__ import annotations

import asyncio

import psycopg

from launcher.output import say
from launcher.processes import WORKER_GRACE

SECONDS_BETWEEN_WORDS = 5.0


async def say_while_waiting(database_url: str) -> None:
    """Until cancelled. A stop with no job running says nothing."""
    while True:
        number = await asyncio.to_thread(_count, database_url)
        if number:
            jobs = "1 running job" if number == 1 else f"{number} running jobs"
            say(f"Waiting for {jobs} to end, at most {WORKER_GRACE:.0f} s; what is cut short runs again")
        await asyncio.sleep(SECONDS_BETWEEN_WORDS)


def _count(database_url: str) -> int:
    try:
        with psycopg.connect(database_url, connect_timeout=2) as connection:
            row = connection.execute("SELECT count(*) FROM jobs_job WHERE state = 'running'").fetchone()
    except psycopg.Error:
        return 0  # away or without tables: then there is nothing to tell
    return int(row[0]) if row else 0

"""When all jobs have ended: programs that they started, transactions and locks that they held."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress

import psutil
import psycopg

from tests.faults.handlers.accountant import LOCK_SPACE
from tests.faults.stage import Stage

# How long the ends of jobs and of slots may take to be carried out.
WITHIN_SECONDS = 20
IDLE_SECONDS = 15
_HELD = """SELECT 'a transaction was left idle by ' || pid AS what FROM pg_stat_activity
        WHERE state LIKE 'idle in transaction%%' AND state_change < clock_timestamp() - make_interval(secs => %s)
    UNION ALL SELECT 'an advisory lock is still held by ' || pid FROM pg_locks
        WHERE locktype = 'advisory' AND classid = %s"""


def left_behind(stage: Stage) -> list[str]:
    """In words; it waits a while for what is about to go."""
    deadline = time.monotonic() + WITHIN_SECONDS
    while (found := [*_programs(stage), *_held(stage)]) and time.monotonic() < deadline:
        time.sleep(0.5)
    return found


def _held(stage: Stage) -> Iterator[str]:
    with suppress(psycopg.OperationalError), stage.sql() as sql:
        for row in sql.execute(_HELD, [IDLE_SECONDS, LOCK_SPACE]).fetchall():
            yield str(row["what"])


def _programs(stage: Stage) -> Iterator[str]:
    """A slot has one handler process, and nothing below it; what was orphaned still bears the witness file's name."""
    known: set[int] = set()
    for worker in stage.of_kind("worker"):
        with suppress(psutil.NoSuchProcess):
            for slot in psutil.Process(worker.pid).children():
                below = slot.children(recursive=True)
                known.update(process.pid for process in below[:1])
                yield from (f"slot {slot.pid} has {_name(process)}" for process in below[1:])
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            is_ours = process.environ().get("WITNESS_FILE") == str(stage.witness)
            if is_ours and process.pid not in known and process.name() in ("sleep", "sh"):
                yield f"left running: {_name(process)}"


def _name(process: psutil.Process) -> str:
    with suppress(psutil.NoSuchProcess):
        return f"{process.pid} {' '.join(process.cmdline())[:80]}"
    return f"{process.pid}"

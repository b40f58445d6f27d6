"""(l) leaks: what each process holds after ten thousand more jobs, created one a request and in bulk by halves.

Warmed up by a tenth of them first; measured at rest. Memory: the resident set of the process and those below it, the
pool of the worker apart. Units: MB, file descriptors, connections of Postgres. Targets: no descriptor, no connection;
memory is told only: a heap that has grown to its working size shrinks no more.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import psutil
import psycopg

from bench.creating import create_in_bulk, create_singly
from bench.end_to_end import NOW, await_ends
from bench.ledger import forget_jobs
from bench.scale import Scale
from bench.stage import Stage
from bench.table import Row

# A pool process at rest closes its connection; web keeps its own for as long as it is used now and then.
REST_SECONDS = 15


@dataclass(frozen=True)
class Held:
    memory_mb: float
    descriptors: int


def measure(stage: Stage, scale: Scale) -> list[Row]:
    with stage.platform() as (port, programs):
        pids = {name: program.pid for name, program in programs.items()}
        _work(stage, port, scale.leak_jobs // 10)
        before, connections_before = _held(pids), _connections(stage)
        _work(stage, port, scale.leak_jobs)
        after, connections = _held(pids), _connections(stage)
    forget_jobs(stage)
    jobs = f"{scale.leak_jobs:,} jobs"
    rows = []
    for name in after:
        rows.append(
            Row(
                "l",
                f"{name}: memory after {jobs}",
                "MB",
                [after[name].memory_mb],
                "before them",
                [before[name].memory_mb],
            )
        )
    for name in after:
        more = after[name].descriptors - before[name].descriptors
        rows.append(Row("l", f"{name}: descriptors more", "", [more], at_most=0))
    rows.append(Row("l", "connections of Postgres more", "", [connections - connections_before], at_most=0))
    return rows


def _work(stage: Stage, port: int, number: int) -> None:
    create_singly(stage, port, number // 2, NOW)
    create_in_bulk(stage, port, number // 2, NOW)
    await_ends(stage)
    time.sleep(REST_SECONDS)


def _held(pids: dict[str, int]) -> dict[str, Held]:
    """Of each program, and of the worker's pool."""
    found = {}
    for name, pid in pids.items():
        main = psutil.Process(pid)
        below = main.children(recursive=True)
        if name == "worker":
            found["pool"] = _sum(below)
            below = []
        found[name] = _sum([main, *below])
    return found


def _sum(processes: list[psutil.Process]) -> Held:
    return Held(
        sum(one.memory_info().rss for one in processes) / 2**20, sum(one.num_fds() for one in processes)
    )


def _connections(stage: Stage) -> int:
    """Besides this one."""
    with psycopg.connect(stage.database_url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        ).fetchone()
    return int(row[0]) if row else 0

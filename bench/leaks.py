"""(l) leaks: what each process holds after ten thousand more jobs, created one a request and in bulk by halves.

Warmed up by as many, until caches and pools have their size; measured at rest. Memory: the resident set of the process
and those below it, the pool of the worker apart. Units: MB, file descriptors, connections of Postgres. Targets: no
descriptor and no connection more, but for those of web's pool, which has its size by what came at once; memory is told
only: a heap that has grown to its working size shrinks no more.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import psutil

from bench.creating import create_in_bulk, create_singly
from bench.end_to_end import NOW, await_ends
from bench.ledger import forget_jobs
from bench.scale import Scale
from bench.stage import Stage
from bench.table import Row
from foundation.connections import MAX_CONNECTIONS

# A pool process at rest closes its connection; web keeps its own for as long as it is used now and then.
REST_SECONDS = 15


@dataclass(frozen=True)
class Held:
    """`descriptors`: besides the connections to Postgres."""

    memory_mb: float
    descriptors: int
    connections: int


def measure(stage: Stage, scale: Scale) -> list[Row]:
    with stage.platform() as (port, programs):
        pids = {name: program.pid for name, program in programs.items()}
        _work(stage, port, scale.leak_jobs)
        before = _held(stage, pids)
        _work(stage, port, scale.leak_jobs)
        after = _held(stage, pids)
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
    for name in after:
        pooled = name == "web"
        more = after[name].connections - (0 if pooled else before[name].connections)
        what = "connections to Postgres in its pool" if pooled else "connections to Postgres more"
        rows.append(Row("l", f"{name}: {what}", "", [more], at_most=MAX_CONNECTIONS if pooled else 0))
    return rows


def _work(stage: Stage, port: int, number: int) -> None:
    create_singly(stage, port, number // 2, NOW)
    create_in_bulk(stage, port, number // 2, NOW)
    await_ends(stage)
    time.sleep(REST_SECONDS)


def _held(stage: Stage, pids: dict[str, int]) -> dict[str, Held]:
    """Of each program, and of the worker's pool."""
    found = {}
    postgres = urlsplit(stage.database_url).port
    for name, pid in pids.items():
        main = psutil.Process(pid)
        below = main.children(recursive=True)
        if name == "worker":
            found["pool"] = _sum(below, postgres)
            below = []
        found[name] = _sum([main, *below], postgres)
    return found


def _sum(processes: list[psutil.Process], postgres: int | None) -> Held:
    sockets = [socket for one in processes for socket in one.net_connections("tcp")]
    connections = sum(bool(socket.raddr) and socket.raddr.port == postgres for socket in sockets)
    descriptors = sum(one.num_fds() for one in processes)
    return Held(
        sum(one.memory_info().rss for one in processes) / 2**20, descriptors - connections, connections
    )

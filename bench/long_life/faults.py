"""Measures losses and recovery while Postgres loses sessions, is full of them or restarts, and while workers die."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass

from bench.long_life import internals
from bench.long_life.run import Run, offer_jobs
from bench.scale import Scale
from bench.stage import Stage
from bench.table import Row
from tests.support.processes import Program
from tests.support.standing_servers import StandingServer

PER_SECOND = 100
BACKEND_SECONDS = 1.0
WORKER_SECONDS = 10.0
OPENED_SECONDS = 10.0  # in which the platform has caught up after the connections were opened
IDLE_CONNECTIONS = 300
MAX_OF_THE_PLATFORM = 150


@dataclass(frozen=True)
class Fault:
    """Stores what is held while jobs are watched, and what is done to the platform for so many seconds."""

    name: str
    act: Callable[[float], float]  # returns when the last of it was over, in seconds since the epoch
    hold: Callable[[], AbstractContextManager[object]] = nullcontext


def measure(stage: Stage, port: int, worker: Program, scale: Scale) -> list[Row]:
    """Returns the rows of each fault. In the last one the worker is killed; others run in its place until the end."""
    with ExitStack() as stack:
        workers = [worker]

        def replace_worker() -> None:
            os.killpg(workers[-1].pid, signal.SIGKILL)
            workers.append(stack.enter_context(stage.worker()))

        faults = [
            Fault("a backend ended each second", lambda seconds: _end_backends(stage, seconds)),
            Fault(f"{IDLE_CONNECTIONS} idle connections", _let_pass, hold=lambda: _hold_connections(stage)),
            Fault("Postgres restarted", lambda _: _restart_database(stage)),
            Fault(
                f"a worker killed every {WORKER_SECONDS:g} s",
                lambda seconds: _repeat(replace_worker, seconds),
            ),
        ]
        rows = []
        for fault in faults:
            if reason := _find_obstacle(fault.name, stage):
                print(f"(h) LEFT OUT {fault.name}: {reason}", file=sys.stderr)
            else:
                rows += _measure_fault(fault, stage, port, scale)
        return rows


def _find_obstacle(name: str, stage: Stage) -> str:
    """Returns why a fault is not possible on these servers, or nothing."""
    if "restarted" in name and isinstance(stage.database, StandingServer):
        return "this Postgres is not ours to restart"
    if "idle" in name and internals.read_max_connections(stage) < IDLE_CONNECTIONS + MAX_OF_THE_PLATFORM:
        return "this Postgres allows too few connections"
    return ""


def _measure_fault(fault: Fault, stage: Stage, port: int, scale: Scale) -> list[Row]:
    over: list[float] = []
    with offer_jobs(stage, port, PER_SECOND, scale) as run:
        run.watch_before(scale.window_seconds)
        with fault.hold():
            run.await_drained(within=OPENED_SECONDS)
            run.watch_during("during", lambda: over.append(fault.act(scale.fault_seconds)))
        drained = run.await_drained(within=scale.drain_seconds)
        run.watch("after", scale.window_seconds)
    return _rows(fault.name, run, over[0], drained)


def _rows(name: str, run: Run, since: float, drained: float) -> list[Row]:
    before, during, after = run.print_figures(name, drained)
    losses = run.losses
    rate = run.record.seconds_until_rate(since=since)
    back = run.record.seconds_until_like(before, since=since)
    return [
        Row("h", f"{name}: jobs lost of {losses.accepted:,}", "", [losses.lost], at_most=0),
        Row("h", f"{name}: requests refused", "", [during.refused]),
        Row("h", f"{name}: jobs that ran again", "", [losses.ran_again]),
        Row("h", f"{name}: jobs started during it", "/s", [during.achieved], "offered", [during.offered]),
        Row("h", f"{name}: rate back after", "s", [rate]),
        Row("h", f"{name}: p50 as before again after", "s", [back]),
        Row("h", f"{name}: no old job left after", "s", [drained]),
        Row("h", f"{name}: p50 afterwards", "ms", [after.p50], "before", [before.p50]),
    ]


def _end_backends(stage: Stage, seconds: float) -> float:
    with internals.open_connection(stage) as connection:
        return _repeat(lambda: internals.end_backend(connection), seconds, every=BACKEND_SECONDS)


def _restart_database(stage: Stage) -> float:
    stage.restart_database()
    return time.time()


def _let_pass(seconds: float) -> float:
    time.sleep(seconds)
    return time.time()


def _repeat(act: Callable[[], object], seconds: float, *, every: float = WORKER_SECONDS) -> float:
    """Does it at once and then every so many seconds, for `seconds`, and returns when it did it last."""
    last = 0.0
    for moment in range(max(int(seconds / every), 1)):
        last = time.time()
        act()
        time.sleep(min(every, seconds - moment * every))
    return last


@contextmanager
def _hold_connections(stage: Stage) -> Iterator[None]:
    with ExitStack() as stack:
        for _ in range(IDLE_CONNECTIONS):
            stack.enter_context(internals.open_connection(stage))
        yield

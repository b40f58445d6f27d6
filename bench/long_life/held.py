"""Measures start latency while other sessions keep old row versions: a held transaction, and readers in a loop."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager

from bench.long_life import internals
from bench.long_life.run import offer_jobs
from bench.long_life.windows import P50_AT_MOST, P99_AT_MOST, Figures
from bench.scale import Scale
from bench.stage import Stage
from bench.table import Row

PER_SECOND = 100
READERS = 4
RATE_AT_LEAST = 0.99  # of whole windows
MAX_WORSENING = 1.2
BACK_SECONDS = 60


def measure(stage: Stage, port: int, scale: Scale) -> list[Row]:
    """Returns the rows of both kinds of session."""
    return [
        *_measure_while(
            "held transaction", internals.hold_transaction(stage), scale.held_seconds, stage, port, scale
        ),
        *_measure_while(f"{READERS} readers", _read(stage), scale.read_seconds, stage, port, scale),
    ]


def _measure_while(
    what: str, held: AbstractContextManager[object], seconds: float, stage: Stage, port: int, scale: Scale
) -> list[Row]:
    number = max(round(seconds / scale.window_seconds), 1)
    with offer_jobs(stage, port, PER_SECOND, scale) as run:
        run.watch_before(scale.window_seconds)
        with held:
            for one in range(number):
                run.watch(f"during {one + 1}", scale.window_seconds)
        drained = run.await_drained(within=scale.drain_seconds)
        run.watch("after", scale.window_seconds)
    before, *during, after = run.print_figures(what, drained)
    back = run.record.seconds_until_like(before, since=run.windows[number].until)
    return [
        *_rows_during(what, before, during),
        Row("h", f"{what}: p50 as before again after", "s", [back], at_most=BACK_SECONDS),
        Row("h", f"{what}: p99 afterwards", "ms", [after.p99], "before", [before.p99], at_most=P99_AT_MOST),
        Row("h", f"{what}: jobs lost of {run.losses.accepted:,}", "", [run.losses.lost], at_most=0),
    ]


def _rows_during(what: str, before: Figures, during: list[Figures]) -> list[Row]:
    """Returns the worst window against the one before, and the last against the middle one."""
    slowest = min(during, key=lambda one: one.achieved / one.offered)
    middle, last = during[(len(during) - 1) // 2], during[-1]
    p50, p99 = max(one.p50 for one in during), max(one.p99 for one in during)
    rows = [
        Row("h", f"{what}: jobs started, slowest window", "/s", [slowest.achieved], "offered", [slowest.offered],
            at_least=RATE_AT_LEAST),
        Row("h", f"{what}: p50, worst window", "ms", [p50], "before", [before.p50], at_most=P50_AT_MOST),
        Row("h", f"{what}: p99, worst window", "ms", [p99], "before", [before.p99], at_most=P99_AT_MOST),
    ]  # fmt: skip
    if len(during) > 2:
        rows += [
            Row("h", f"{what}: p50, last window", "ms", [last.p50], "middle", [middle.p50], at_most=MAX_WORSENING),
            Row("h", f"{what}: p99, last window", "ms", [last.p99], "middle", [middle.p99], at_most=MAX_WORSENING),
        ]  # fmt: skip
    return rows


@contextmanager
def _read(stage: Stage) -> Iterator[None]:
    """Has four connections read all jobs and events again and again."""
    ends = threading.Event()

    def read() -> None:
        with internals.open_connection(stage) as connection:
            while not ends.is_set():
                internals.scan_once(connection)

    with ThreadPoolExecutor(READERS) as threads:
        readers = [threads.submit(read) for _ in range(READERS)]
        try:
            yield
        finally:
            ends.set()
        for reader in readers:
            reader.result()

"""How much of everything a run does."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    repeats: int
    single_jobs: int  # created one a request
    bulk_jobs: int  # created a thousand a request
    paced_jobs: int  # at 20 a second
    due_jobs: int
    due_seconds: float
    many_jobs: int
    ended_jobs: int  # of a month, in part `m`
    day_jobs: int  # of the day that retention deletes
    warm_requests: int
    waiting_jobs: int
    waiting_series: int
    fan_out: tuple[tuple[int, int, int], ...]  # clients, events one frame each, events batched
    idle_seconds: float
    leak_jobs: int
    sized_jobs: int  # whose bytes on disk are measured
    slow_sized_jobs: int  # the same, of jobs that take three seconds
    window_seconds: float  # of each figure of start latency
    held_seconds: float  # of the held transaction
    read_seconds: float  # of the readers
    overload_seconds: float
    fault_seconds: float  # of each kind of fault
    drain_seconds: float  # at most, until no job of a fault or of the overload waits while others are offered


FULL = Scale(
    repeats=3,
    single_jobs=2000,
    bulk_jobs=4000,
    paced_jobs=200,
    due_jobs=10_000,
    due_seconds=60,
    many_jobs=1_000_000,
    ended_jobs=10_000_000,
    day_jobs=1_000_000,
    warm_requests=15,
    waiting_jobs=100_000,
    waiting_series=10_000,
    fan_out=((100, 1000, 4000), (500, 200, 1000)),
    idle_seconds=30,
    leak_jobs=10_000,
    sized_jobs=10_000,
    slow_sized_jobs=1000,
    window_seconds=60,
    held_seconds=600,
    read_seconds=300,
    overload_seconds=300,
    fault_seconds=60,
    drain_seconds=600,
)
QUICK = Scale(
    repeats=1,
    single_jobs=300,
    bulk_jobs=1000,
    paced_jobs=40,
    due_jobs=500,
    due_seconds=5,
    many_jobs=20_000,
    ended_jobs=30_000,
    day_jobs=20_000,
    warm_requests=3,
    waiting_jobs=2000,
    waiting_series=200,
    fan_out=((100, 200, 1000),),
    idle_seconds=5,
    leak_jobs=1000,
    sized_jobs=500,
    slow_sized_jobs=36,
    window_seconds=3,
    held_seconds=20,
    read_seconds=3,
    overload_seconds=10,
    fault_seconds=4,
    drain_seconds=8,
)

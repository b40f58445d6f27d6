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
    waiting_jobs: int
    waiting_series: int
    fan_out: tuple[tuple[int, int, int], ...]  # clients, events one frame each, events batched
    idle_seconds: float
    leak_jobs: int


FULL = Scale(
    repeats=3,
    single_jobs=2000,
    bulk_jobs=4000,
    paced_jobs=200,
    due_jobs=10_000,
    due_seconds=60,
    many_jobs=1_000_000,
    waiting_jobs=100_000,
    waiting_series=10_000,
    fan_out=((100, 1000, 4000), (500, 200, 1000)),
    idle_seconds=30,
    leak_jobs=10_000,
)
QUICK = Scale(
    repeats=1,
    single_jobs=300,
    bulk_jobs=1000,
    paced_jobs=40,
    due_jobs=500,
    due_seconds=5,
    many_jobs=20_000,
    waiting_jobs=2000,
    waiting_series=200,
    fan_out=((100, 200, 1000),),
    idle_seconds=5,
    leak_jobs=1000,
)

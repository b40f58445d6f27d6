"""How much of everything a run does."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    repeats: int
    single_jobs: int  # created one a request
    bulk_jobs: int  # created a thousand a request
    idle_seconds: float


FULL = Scale(repeats=3, single_jobs=2000, bulk_jobs=4000, idle_seconds=30)
QUICK = Scale(repeats=1, single_jobs=300, bulk_jobs=1000, idle_seconds=5)

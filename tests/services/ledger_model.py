"""The ledger as a few pure rules: what docs/architecture.md says of jobs and series, without a database.

`test_state_machine` does the same to this and to Postgres, and compares.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from jobs.transitions.ending import MAX_INTERRUPTIONS

LIVE = ("scheduled", "queued", "running")
MAX_ATTEMPTS, MAX_LOST, SLOTS = 2, 1, 2
# What counts attempts that did not end by themselves, and up to how many of them the job starts again.
LIMITS = {"losses": MAX_LOST, "interruptions": MAX_INTERRUPTIONS}


@dataclass
class ModelJob:
    """`key` is its id, or for a job of the series its number there."""

    key: Any
    limited: bool = False
    priority: int = 0
    due: bool = True
    state: str = "scheduled"
    reason: str | None = None
    attempt: int = 0
    failures: int = 0
    losses: int = 0
    interruptions: int = 0
    withdrawals: int = 0
    percent: int = 0
    stop: bool = False
    version: int = 1

    @property
    def of_series(self) -> bool:
        return isinstance(self.key, int)


@dataclass
class Model:
    max_runs: int | None
    jobs: dict[Any, ModelJob] = field(default_factory=dict)
    series: str = "active"
    last_number: int = 0
    run_count: int = 0

    def create(self, key: Any, *, limited: bool = False, priority: int = 0, due: bool = True) -> None:
        self.jobs[key] = ModelJob(key, limited, priority, due)

    def insert_next(self) -> None:
        self.last_number += 1
        self.create(self.last_number, due=False)

    def live_of_series(self) -> list[ModelJob]:
        return [job for job in self.jobs.values() if job.of_series and job.state in LIVE]

    def claimable(self, limit: int) -> list[ModelJob]:
        """Such jobs as a claim of at most `limit` takes; among equals it may take others."""
        due = [job for job in self.jobs.values() if job.state == "scheduled" and job.due]
        busy = sum(job.limited and job.state in ("queued", "running") for job in self.jobs.values())
        free = max(SLOTS - busy, 0)
        limited = _most_urgent([job for job in due if job.limited])[:free]
        return _most_urgent([job for job in due if not job.limited] + limited)[:limit]

    def move(self, job: ModelJob, state: str, **changed: Any) -> None:
        """One recorded change."""
        job.state, job.version = state, job.version + 1
        for name, value in changed.items():
            setattr(job, name, value)

    def start(self, job: ModelJob) -> bool:
        if job.state != "queued":
            return False
        self.move(job, "running", attempt=job.attempt + 1, percent=0, reason=None)
        return True

    def end(self, job: ModelJob, outcome: str, *, retry_due: bool | None) -> str | None:
        """How an attempt that holds the lease ends; what is told once a stop was asked for is `terminated`."""
        if outcome == "succeeded":
            self._finish(job, "succeeded", percent=100)
        elif job.stop:
            self._finish(job, "terminated", reason=None)
        elif outcome == "terminated":
            return None
        elif retry_due is not None:
            self.move(job, "scheduled", failures=job.failures + 1, reason="error", due=retry_due)
        else:
            self._finish(job, "failed", failures=job.failures + 1, reason="error")
        return job.state

    def lose(self, job: ModelJob, count: str) -> str:
        """`count`: "losses" if the run's own process crashed, else "interruptions"."""
        before = getattr(job, count)
        counted = {count: before + 1, "reason": "worker_lost"}
        if job.stop:
            self._finish(job, "terminated", reason=None)
        elif before < LIMITS[count]:
            self.move(job, "scheduled", due=True, **counted)
        else:
            self._finish(job, "failed", **counted)
        return job.state

    def no_handler(self, job: ModelJob) -> None:
        self._finish(job, "failed", failures=job.failures + 1, reason="handler_not_found")

    def terminate(self, jobs: Iterable[ModelJob]) -> tuple[int, int, int]:
        """(ended at once, asked to stop now or before, had ended)."""
        counted = [0, 0, 0]
        for job in jobs:
            if job.state in ("scheduled", "queued"):
                counted[0] += 1
                self._finish(job, "terminated", stop=True, reason=None)
            elif job.state == "running":
                counted[1] += 1
                if not job.stop:
                    self.move(job, "running", stop=True)
            else:
                counted[2] += 1
        return counted[0], counted[1], counted[2]

    def pause(self) -> None:
        if self.series == "active":
            self.series = "paused"
        self.terminate([job for job in self.live_of_series() if job.state != "running"])

    def resume(self) -> bool:
        if self.series == "ended":
            return False
        self.series = "active"
        if not self.live_of_series():
            self.insert_next()
        return True

    def _finish(self, job: ModelJob, state: str, **changed: Any) -> None:
        self.move(job, state, **changed)
        if not job.of_series:
            return
        self.run_count += job.attempt > 0 or state != "terminated"
        if self.max_runs is not None and self.run_count >= self.max_runs:
            self.series = "ended"
        if self.series == "active":
            self.insert_next()


def _most_urgent(jobs: list[ModelJob]) -> list[ModelJob]:
    return sorted(jobs, key=lambda job: -job.priority)

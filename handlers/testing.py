"""Runs a handler in a plain unit test: no database, no broker, no worker."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from handlers import registry
from handlers.context import Job, JobTerminated


@dataclass(slots=True)
class Outcome:
    """What a run left behind. `terminated` is true if a stop ended it; then there is no result."""

    result: Any = None
    progress: list[tuple[int, str]] = field(default_factory=list)
    log: list[tuple[str, str]] = field(default_factory=list)
    terminated: bool = False


class MemoryReporter:
    """Keeps a run's reports in lists; requests a stop once it was asked `stop_after` times without one."""

    def __init__(self, outcome: Outcome, stop_after: int | None = None) -> None:
        self._outcome = outcome
        self._questions_left = stop_after

    def progress(self, percent: int, message: str) -> None:
        self._outcome.progress.append((percent, message))

    def log(self, level: str, text: str) -> None:
        self._outcome.log.append((level, text))

    def stop_requested(self) -> bool:
        if self._questions_left is None:
            return False
        self._questions_left -= 1
        return self._questions_left < 0


def run(name: str, payload: Mapping[str, Any], *, stop_after: int | None = None, attempt: int = 1) -> Outcome:
    """Calls the handler of job type `name` with `payload` plus a `job_id`, as a worker would.

    `stop_after=n` lets n checkpoints pass and stops the run at the next. What the handler raises is raised,
    and a result that is not JSON is a TypeError or ValueError, as it would fail the attempt.
    """
    outcome = Outcome()
    job = Job(id=str(uuid.uuid4()), attempt=attempt, reporter=MemoryReporter(outcome, stop_after))
    try:
        result = registry.load(name)({**payload, "job_id": job.id}, job)
    except JobTerminated:
        outcome.terminated = True
        return outcome
    outcome.result = json.loads(json.dumps(result, allow_nan=False))
    return outcome

"""The one error that only sign-in knows."""

from __future__ import annotations

from scheduler_project.errors import AppError, Problem


class TooMany(AppError):
    """Asked too often; the same request may succeed in `retry_after` seconds."""

    status = 429

    def __init__(self, problem: Problem, *, retry_after: int) -> None:
        super().__init__(problem)
        self.retry_after = retry_after

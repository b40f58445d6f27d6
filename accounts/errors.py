"""Defines the errors for too many requests (429) and for outdated caches of templates and API tokens (409)."""

from __future__ import annotations

from foundation.errors import AppError, Conflict, Problem


class TooMany(AppError):
    """Raised if there are too many requests (429); the same request may succeed after `retry_after` seconds."""

    status = 429

    def __init__(self, problem: Problem, *, retry_after: int) -> None:
        super().__init__(problem)
        self.retry_after = retry_after


class Outdated(Conflict):
    """Raised if the cached template or API token of a request was stale in each of its tries (409)."""

    def __init__(self) -> None:
        detail = "The template or your token was changed at this very moment: send the request again."
        super().__init__(Problem("outdated", detail))

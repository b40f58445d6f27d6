"""The errors that only sign-in and tokens know."""

from __future__ import annotations

from foundation.errors import AppError, Conflict, Problem


class TooMany(AppError):
    """Asked too often; the same request may succeed in `retry_after` seconds."""

    status = 429

    def __init__(self, problem: Problem, *, retry_after: int) -> None:
        super().__init__(problem)
        self.retry_after = retry_after


class Outdated(Conflict):
    """What a request took from memory was changed, again and again, while it was under way."""

    def __init__(self) -> None:
        detail = "The template or your token was changed at this very moment: send the request again."
        super().__init__(Problem("outdated", detail))

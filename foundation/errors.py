"""Defines the errors that cross layers: raised deep, and answered by the API, admin and command line.

Each has one or more `Problem`s. The API answers them as `{"type", "errors": [{"code", "detail", "attr"}]}`, and the
command line prints one a line.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

ABSENT: Any = object()


@dataclass(frozen=True, slots=True)
class Problem:
    """Describes one thing that is wrong: the rule (`code`), a sentence (`detail`), the place (`attr`, a dotted path).

    `value` and `remedy` are set where a file is checked (template import): what is there, and what to write instead.
    """

    code: str
    detail: str
    attr: str | None = None
    value: Any = ABSENT
    remedy: str | None = None

    def below(self, prefix: str) -> Problem:
        """Returns the problem with the prefix added to its path: `user_id` below `payload` is `payload.user_id`."""
        attr = f"{prefix}.{self.attr}" if self.attr else prefix
        return Problem(self.code, self.detail, attr, self.value, self.remedy)

    def as_json(self) -> dict[str, Any]:
        """Returns the problem as the API answers it."""
        answer: dict[str, Any] = {"code": self.code, "detail": self.detail, "attr": self.attr}
        if self.value is not ABSENT:
            answer["value"] = self.value
        if self.remedy is not None:
            answer["remedy"] = self.remedy
        return answer


class AppError(Exception):
    """Is the base of the errors that a user can cause or must know of. `status` is the HTTP status."""

    status = 400
    type = "client_error"

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("; ".join(f"{p.attr}: {p.detail}" if p.attr else p.detail for p in self.problems))

    def as_json(self) -> dict[str, Any]:
        """Returns the error as the body of the API's answer."""
        return {"type": self.type, "errors": [problem.as_json() for problem in self.problems]}

    @classmethod
    def of(cls, code: str, detail: str, attr: str | None = None) -> AppError:
        """Returns an error with a single problem."""
        return cls(Problem(code, detail, attr))


class Invalid(AppError):
    """Raised for input that breaks a rule; `attr` of each problem names the field."""

    type = "validation_error"


class Forbidden(AppError):
    """Raised when the actor's role does not allow the action."""

    status = 403


class NotFound(AppError):
    """Raised when the thing that was asked for does not exist."""

    status = 404


class Conflict(AppError):
    """Raised for a well-formed request that the current state does not allow."""

    status = 409


class TooLarge(AppError):
    """Raised for a body above its limit."""

    status = 413


class Unavailable(AppError):
    """Raised while a server that we need is unavailable; a request may succeed after `retry_after` seconds."""

    status = 503
    type = "server_error"
    retry_after = 5

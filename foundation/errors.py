"""Defines the errors that deeper layers raise, and that the API, the admin and the command line show to users.

Each has one or more `Problem`s. The API answers with `{"type", "errors": [{"code", "detail", "attr"}]}`, and the
command line prints each problem on a line of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

ABSENT: Any = object()


@dataclass(frozen=True, slots=True)
class Problem:
    """Describes one thing that is wrong: `code` names the rule, `detail` is a sentence, `attr` the field's dotted path.

    In the import of a template file, `value` is what the file has there, and `remedy` says what to write instead.
    """

    code: str
    detail: str
    attr: str | None = None
    value: Any = ABSENT
    remedy: str | None = None

    def below(self, prefix: str) -> Problem:
        """Returns the problem with a longer path: below the prefix `payload`, `user_id` becomes `payload.user_id`."""
        attr = f"{prefix}.{self.attr}" if self.attr else prefix
        return Problem(self.code, self.detail, attr, self.value, self.remedy)

    def as_json(self) -> dict[str, Any]:
        """Returns the problem as a JSON object for an API response."""
        answer: dict[str, Any] = {"code": self.code, "detail": self.detail, "attr": self.attr}
        if self.value is not ABSENT:
            answer["value"] = self.value
        if self.remedy is not None:
            answer["remedy"] = self.remedy
        return answer


class AppError(Exception):
    """Is the base class of the errors that a user can cause or must know of. `status` is the HTTP response's status."""

    status = 400
    type = "client_error"

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("; ".join(f"{p.attr}: {p.detail}" if p.attr else p.detail for p in self.problems))

    def as_json(self) -> dict[str, Any]:
        """Returns the error as the JSON body of an API response."""
        return {"type": self.type, "errors": [problem.as_json() for problem in self.problems]}

    @classmethod
    def of(cls, code: str, detail: str, attr: str | None = None) -> AppError:
        """Returns an error of this class with a single problem."""
        return cls(Problem(code, detail, attr))


class Invalid(AppError):
    """Raised for input that breaks a rule (HTTP 400); `attr` of each problem is the dotted path of the bad field."""

    type = "validation_error"


class Forbidden(AppError):
    """Raised when the user's role does not allow the action (HTTP 403)."""

    status = 403


class NotFound(AppError):
    """Raised when the requested object or address does not exist (HTTP 404)."""

    status = 404


class Conflict(AppError):
    """Raised for a well-formed request that the current state of the data does not allow (HTTP 409)."""

    status = 409


class TooLarge(AppError):
    """Raised for a request body above its size limit (HTTP 413)."""

    status = 413


class Unavailable(AppError):
    """Raised while a server that the platform needs is unavailable (HTTP 503); retry after `retry_after` seconds."""

    status = 503
    type = "server_error"
    retry_after = 5

"""The errors that cross layers: typed, few, raised deep and answered at the edges.

Every error carries one or more `Problem`s, which the API answers as
`{"type", "errors": [{"code", "detail", "attr"}]}` and the command line prints one a line.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

ABSENT: Any = object()


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: what rule (`code`), in words (`detail`), and where (`attr`, a dotted path).

    `value` and `remedy` are given where a file is judged (template import), so that its author
    sees what stood there and what to write instead.
    """

    code: str
    detail: str
    attr: str | None = None
    value: Any = ABSENT
    remedy: str | None = None

    def below(self, prefix: str) -> Problem:
        """The same problem seen from one level up: `user_id` below `payload` is `payload.user_id`."""
        attr = f"{prefix}.{self.attr}" if self.attr else prefix
        return Problem(self.code, self.detail, attr, self.value, self.remedy)

    def as_json(self) -> dict[str, Any]:
        answer: dict[str, Any] = {"code": self.code, "detail": self.detail, "attr": self.attr}
        if self.value is not ABSENT:
            answer["value"] = self.value
        if self.remedy is not None:
            answer["remedy"] = self.remedy
        return answer


class AppError(Exception):
    """Base of the errors a user can cause or must be told about. `status` is the HTTP status."""

    status = 400
    type = "client_error"

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("; ".join(f"{p.attr}: {p.detail}" if p.attr else p.detail for p in self.problems))

    def as_json(self) -> dict[str, Any]:
        return {"type": self.type, "errors": [problem.as_json() for problem in self.problems]}

    @classmethod
    def of(cls, code: str, detail: str, attr: str | None = None) -> AppError:
        return cls(Problem(code, detail, attr))


class Invalid(AppError):
    """The input breaks a rule; `attr` of each problem names the field."""

    type = "validation_error"


class Forbidden(AppError):
    status = 403


class NotFound(AppError):
    status = 404


class Conflict(AppError):
    """The request is well formed, but the thing it speaks of is not in a state that allows it."""

    status = 409


class TooLarge(AppError):
    status = 413


class Unavailable(AppError):
    """A server we need is away; the same request may succeed in `retry_after` seconds."""

    status = 503
    type = "server_error"
    retry_after = 5

"""The `jobs` commands in this process."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from click.testing import CliRunner

from jobs.cli import jobs


@dataclass(frozen=True)
class Answer:
    status: int
    out: str
    err: list[str]

    @property
    def json(self) -> Any:
        """The one document on standard output."""
        return json.loads(self.out)


def typed(*words: object, stdin: str | None = None) -> Answer:
    """`celery -A scheduler_project jobs WORDS`. An exception that would be a traceback is raised."""
    result = CliRunner().invoke(jobs, [str(word) for word in words], input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Answer(result.exit_code, result.stdout, result.stderr.splitlines())

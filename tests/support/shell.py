"""Runs the `jobs` commands in this process."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from click.testing import CliRunner

from jobs.cli import jobs


@dataclass(frozen=True)
class Answer:
    """The exit status and the outputs of a command."""

    status: int
    out: str
    err: list[str]

    @property
    def json(self) -> Any:
        """Parses the standard output as one JSON document."""
        return json.loads(self.out)


def run_jobs_command(*words: object, stdin: str | None = None) -> Answer:
    """Runs `celery -A scheduler_project jobs WORDS` and returns status and outputs. Unhandled exceptions are raised."""
    result = CliRunner().invoke(jobs, [str(word) for word in words], input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Answer(result.exit_code, result.stdout, result.stderr.splitlines())

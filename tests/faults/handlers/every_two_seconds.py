"""Comes again two seconds after its end."""

from typing import Any

from handlers.context import Job
from tests.faults.handlers._work import work


def every_two_seconds(data: dict[str, Any], job: Job) -> dict[str, int]:
    return work(data, job)

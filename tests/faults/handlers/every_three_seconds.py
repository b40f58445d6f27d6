"""Comes again three seconds after its end, and works for a while."""

from typing import Any

from handlers.context import Job
from tests.faults.handlers._work import work


def every_three_seconds(data: dict[str, Any], job: Job) -> dict[str, int]:
    return work(data, job)

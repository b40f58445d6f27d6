"""Works as long as it is told."""

from typing import Any

from handlers.context import Job
from tests.faults.handlers._work import work


def laborer(data: dict[str, Any], job: Job) -> dict[str, int]:
    return work(data, job)

"""Fails until it has been tried often enough."""

from typing import Any

from handlers.context import Job
from tests.faults.handlers._work import work


def retrier(data: dict[str, Any], job: Job) -> dict[str, int]:
    return work(data, job)

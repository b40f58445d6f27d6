"""One run of a job whose handler the test writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from jobs.models import Job
from jobs.read import records
from jobs.services.execute import run_jobs
from tests.factories import WORKER, document, job, queued, store

WriteHandler = Callable[[str, str], None]
Run = Callable[..., Any]
NAME = "trial_job"


@pytest.fixture
def run(write_handler: WriteHandler) -> Run:
    """Runs a job whose handler has these lines until its first attempt ends. `keys` are added to its template."""

    def run_once(body: str, **keys: Any) -> Any:
        write_handler(NAME, body)
        store(document(NAME, **keys))
        job_id = queued(NAME)
        run_jobs(job_ids=[job_id], worker=WORKER, queues=["default"])
        return job(job_id)

    return run_once


def log_of(row: Job) -> list[tuple[str, str]]:
    return [(line["level"], line["text"]) for line in records.log_lines(row.pk, after=0, limit=1000)]

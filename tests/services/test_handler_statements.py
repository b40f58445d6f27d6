"""A handler that is ended while Postgres works for it leaves nothing at work."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection

from jobs.services.execute import run_jobs
from tests.factories import WORKER, document, job, queued, store
from tests.support.waiting import wait_for

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "trial_job"
BODY = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT pg_sleep(600) AS never_ends")
"""


def _is_at_work() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()"
            " AND query LIKE %s)",
            ["%never_ends%"],
        )
        return bool(cursor.fetchone()[0])


def test_its_statement_ends_with_it(
    write_handler: Callable[[str, str], None],
) -> None:
    write_handler(NAME, BODY)
    store(document(NAME, timeoutSeconds=1))
    job_id = queued(NAME)
    run_jobs(job_ids=[job_id], worker=WORKER, queues=["default"])
    assert (job(job_id).state, job(job_id).reason) == ("failed", "timeout")
    wait_for("Postgres has noticed", lambda: not _is_at_work(), within=20)

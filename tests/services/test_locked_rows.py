"""A run whose job's row is locked ends before its lease does, and counts as a loss only if it holds the lock."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from foundation.database_limits import Limits, lift_limits, limit_new_connections
from handlers import registry
from jobs.models import Job
from jobs.running import guardian
from jobs.running.guardian import Guardian
from jobs.running.slot import slot
from jobs.services import execute
from jobs.services.execute import run_jobs
from tests.factories import WORKER, job, queued, store
from tests.support import handlers_for_tests
from tests.support.handlers_for_tests._ways_of_descriptors import connect

pytestmark = pytest.mark.django_db(transaction=True)
TEMPLATES = json.loads(Path(handlers_for_tests.__file__).with_name("templates.json").read_text())


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Has renewals come soon and wait only a moment for a lock."""
    monkeypatch.setattr(execute, "_known_types", [])
    monkeypatch.setattr(guardian, "RENEWALS_PER_LEASE", 60)
    monkeypatch.setattr(guardian, "MAX_LOCKED_SHARE", 0.02)
    limit_new_connections(Limits(statement=60, lock=0.3, idle_in_transaction=60))
    connection.close()
    slot.end_process()
    registry.configure([handlers_for_tests.__name__], reload=False)
    store(TEMPLATES["spoiler"])
    yield
    slot.end_process()
    registry.configure([], reload=False)
    lift_limits()
    connection.close()


def run(way: str) -> Job:
    job_id = queued("spoiler", payload={"way": way})
    run_jobs(job_ids=[job_id], worker=WORKER, queues=["default"])
    found: Job = job(job_id)
    return found


def test_its_own_handler_that_locks_it_is_charged_with_a_loss() -> None:
    held = run("own_row_locked_for_long")
    assert (held.state, held.reason, held.losses) == ("failed", "worker_lost", 1)
    assert "its handler had locked its job's row" in str(held.error)


def test_another_session_that_locks_it_costs_the_job_an_interruption(monkeypatch: pytest.MonkeyPatch) -> None:
    watch, is_row_free = Guardian.watch, Guardian._can_renew_lease
    with connect() as other:

        def lock_and_watch(self: Guardian) -> guardian.RunEnd:
            other.execute("SELECT FROM jobs_live WHERE id = %s FOR UPDATE", [self.attempt.job_id])
            return watch(self)

        def renew_and_unlock(self: Guardian) -> bool:
            found = is_row_free(self)
            other.rollback()
            return found

        monkeypatch.setattr(Guardian, "watch", lock_and_watch)
        monkeypatch.setattr(Guardian, "_can_renew_lease", renew_and_unlock)
        held = run("sleeps")
    assert (held.state, held.losses, held.interruptions) == ("scheduled", 0, 1)

"""What another session has locked holds up nothing else, and never the dispatcher's life: a real one, on real locks."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from foundation.discover import CHECKOUT
from jobs.models import Job, JobEvent, LiveJob, Series
from jobs.read import liveness
from tests.factories import OTP, PASSWORD, begin, document, feed, job, recurring, scheduled, store
from tests.support.processes import Program
from tests.support.waiting import wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("transactional_db")]
WATCHDOG_SECONDS = 5
SCRIPT = f"""
import django; django.setup()
from dataclasses import replace
from jobs.dispatcher import loop, process, reaper
process.WATCHDOG_SECONDS, process.DISPATCHER = {WATCHDOG_SECONDS}, replace(process.DISPATCHER, lock=1)
loop.STUCK_AFTER_SECONDS, reaper.MIN_EXPIRED_SECONDS = 2, 0.5
process.main()
"""


@pytest.fixture
def dispatcher(tmp_path: Path) -> Iterator[Program]:
    database = urlsplit(settings.DATABASE_URL)._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    environment = os.environ | {
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "scheduler_project.settings",
    }
    program = Program([sys.executable, "-c", SCRIPT], log=tmp_path / "log", cwd=CHECKOUT, env=environment)
    try:
        wait_for("a dispatcher lives", lambda: program.has_ended or liveness.live_processes(), within=30)
        yield program
        assert not program.has_ended, program.last_lines()
    finally:
        program.stop()


@contextmanager
def held(*statements: str) -> Iterator[float]:
    """Another session holds these locks until the block's end. Gives the moment when the watchdog would have bitten."""
    params: dict[str, Any] = connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}
    with psycopg.connect(**params) as other:
        for statement in statements:
            other.execute(statement.encode())
        yield time.monotonic() + WATCHDOG_SECONDS + 3
        other.rollback()


def await_moment(moment: float) -> None:
    wait_for("the locks were held for long enough", lambda: time.monotonic() > moment, within=60)


def is_queued(job_id: object) -> bool:
    return bool(job(job_id).state == "queued")  # type: ignore[arg-type]


def lost(job_type: str = OTP) -> Any:
    """A running job whose worker died long ago."""
    job_id = scheduled(job_type)
    wait_for("it is handed over", lambda: is_queued(job_id), within=10)
    begin(job_id)
    LiveJob.objects.filter(pk=job_id).update(lease_until=timezone.now() - timedelta(minutes=5))
    return job_id


def everything_is_numbered() -> bool:
    return len(feed()) == JobEvent.objects.count()


def problems() -> dict[str, str]:
    return {problem.code: problem.detail for problem in liveness.platform_problems()}


def test_rows_that_somebody_holds_are_stepped_over(dispatcher: Program) -> None:
    store(document(OTP), document(PASSWORD, maxConcurrent=5))
    store(recurring("profile_stats_aggregator_job", startInSeconds=3600))
    held_lost = lost()
    held_waiting, limited = scheduled(start_in_seconds=3), scheduled(PASSWORD, start_in_seconds=3)
    series = Series.objects.get()
    with held(
        f"SELECT FROM jobs_live WHERE id IN ('{held_lost}', '{held_waiting}') FOR UPDATE",
        f"SELECT FROM jobs_series WHERE id = '{series.pk}' FOR UPDATE",
        f"SELECT FROM jobs_live WHERE series_id = '{series.pk}' FOR UPDATE",
        f"SELECT FROM templates_app_jobtemplate WHERE type = '{PASSWORD}' FOR UPDATE",
        f"SELECT FROM jobs_event WHERE job_id = '{held_lost}' FOR UPDATE",
    ) as bitten:
        other_lost, due = lost(), scheduled()
        wait_for("the other lost job runs again", lambda: job(other_lost).interruptions == 1, within=20)
        wait_for("the other due job is handed over", lambda: is_queued(due), within=10)
        await_moment(bitten)
        late = scheduled()
        wait_for("a later one, too", lambda: is_queued(late), within=5)
        wait_for(
            "events get their numbers",
            lambda: JobEvent.objects.get(job_id=late, kind="job_queued").id in feed(),
            within=5,
        )
        assert not is_queued(held_waiting)
        assert not is_queued(limited)
        assert job(held_lost).state == "running"
    wait_for("what was held goes on", lambda: is_queued(held_waiting) and is_queued(limited), within=10)
    wait_for("and what was lost", lambda: job(held_lost).interruptions == 1, within=10)
    wait_for("all events are numbered", everything_is_numbered, within=10)
    assert "is locked by another session" in dispatcher.log.read_text()


def test_a_lost_job_whose_series_is_held_waits_and_the_others_do_not(dispatcher: Program) -> None:
    store(recurring(OTP))
    of_series = Job.objects.get().pk
    LiveJob.objects.update(start_time=timezone.now(), claim_at=timezone.now())
    wait_for("it is handed over", lambda: is_queued(of_series), within=10)
    with held("SELECT FROM jobs_series FOR UPDATE") as bitten:
        other = lost(PASSWORD)
        wait_for("the other one runs again", lambda: job(other).interruptions == 1, within=20)
        await_moment(bitten)


@pytest.mark.long  # as long as locks are waited for
def test_while_the_feed_is_locked_jobs_are_handed_over_and_health_tells(dispatcher: Program) -> None:
    with held("LOCK TABLE jobs_feed IN EXCLUSIVE MODE") as bitten:
        due = scheduled()
        wait_for("it is handed over", lambda: is_queued(due), within=10)
        wait_for(
            "health tells",
            lambda: "relay waits for a lock" in problems().get("dispatcher_stuck", ""),
            within=10,
        )
        await_moment(bitten)
        late = scheduled()
        wait_for("a later one, too", lambda: is_queued(late), within=5)
    wait_for("all events are numbered", everything_is_numbered, within=10)
    wait_for("health tells no more", lambda: "dispatcher_stuck" not in problems(), within=10)


@pytest.mark.long  # as long as locks are waited for, several times
def test_locked_tables_hold_up_only_what_needs_them(dispatcher: Program) -> None:
    due, late = scheduled(start_in_seconds=2), scheduled(start_in_seconds=WATCHDOG_SECONDS + 6)
    tables = "jobs_pulse, jobs_workernode, jobs_series, jobs_feed, jobs_relaystate, jobs_idempotencykey"
    with held(f"LOCK TABLE {tables}") as bitten:
        wait_for("it is handed over", lambda: is_queued(due), within=20)
        await_moment(bitten)
        wait_for("a later one, too", lambda: is_queued(late), within=20)
    wait_for("all events are numbered", everything_is_numbered, within=10)


@pytest.mark.long  # as long as locks are waited for, several times
def test_with_the_templates_locked_jobs_without_a_limit_are_handed_over(dispatcher: Program) -> None:
    store(document(OTP), document(PASSWORD, maxConcurrent=5))
    limited, due = scheduled(PASSWORD, start_in_seconds=3), scheduled(OTP, start_in_seconds=3)
    with held("LOCK TABLE templates_app_jobtemplate") as bitten:
        wait_for("it is handed over", lambda: is_queued(due), within=20)
        await_moment(bitten)
        assert not is_queued(limited)
    wait_for("and the others when it is free", lambda: is_queued(limited), within=20)


@pytest.mark.long  # as long as locks are waited for
def test_while_the_table_of_jobs_is_locked_the_dispatcher_lives_and_says_why_nothing_runs(
    dispatcher: Program,
) -> None:
    due = scheduled(start_in_seconds=3)
    with held("LOCK TABLE jobs_live") as bitten:
        wait_for(
            "health tells", lambda: "waits for a lock" in problems().get("dispatching_stuck", ""), within=15
        )
        await_moment(bitten)
    wait_for("it is handed over", lambda: is_queued(due), within=10)
    wait_for("health tells no more", lambda: "dispatching_stuck" not in problems(), within=10)

"""A PgBouncer, by session as it is installed or by transaction: web, dispatcher and commands work through it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from foundation.discover import CHECKOUT
from jobs.models import Job, Process
from tests.factories import OTP, scheduled
from tests.support.pgbouncer import run_pgbouncer
from tests.support.ports import find_free_port
from tests.support.processes import Program
from tests.support.waiting import wait_for
from tests.support.web import build_database_url, build_environment, run_web

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]


ASK = "from foundation.pool_guard import find_unnamed_pool; print(find_unnamed_pool())"
SESSION = {"pool_mode": "session", "default_pool_size": "40"}
Settings = dict[str, str]


@pytest.fixture(
    params=[(SESSION, False), (SESSION, True), ({}, True)],
    ids=["session", "session and direct", "transaction"],
)
def urls(request: pytest.FixtureRequest) -> Iterator[Settings]:
    changes, names_direct = request.param
    direct = build_database_url()
    with run_pgbouncer(direct, **changes) as bouncer:
        yield {"DATABASE_URL": bouncer.url, **({"DATABASE_DIRECT_URL": direct} if names_direct else {})}


def manage(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command, cwd=CHECKOUT, env=build_environment(**settings), capture_output=True, text=True
    )


@contextmanager
def run_dispatcher(folder: Path, **settings: str) -> Iterator[Program]:
    command = [sys.executable, "manage.py", "dispatch"]
    log = folder / "dispatcher.log"
    dispatcher = Program(command, log=log, cwd=CHECKOUT, env=build_environment(**settings))
    try:
        yield dispatcher
    finally:
        dispatcher.stop()


def test_a_job_goes_from_the_web_process_to_the_broker(urls: Settings, tmp_path: Path) -> None:
    scheduled(start_in_seconds=3600)  # and with it a template
    done = manage("create_user", "ann", "--role", "operator", "--token", **urls)
    with (
        run_dispatcher(tmp_path, **urls) as dispatcher,
        run_web(tmp_path, **urls) as web,
        web.client(done.stdout.strip()) as client,
    ):
        created = client.post("/api/v1/jobs/", json={"job_type": OTP, "payload": {"user_id": 1}})
        assert created.status_code == 201, created.text
        job = Job.objects.filter(pk=created.json()["job_id"], state="queued")
        wait_for("it is handed over", job.exists, within=60)
        for _ in range(20):  # by prepared statements, on each of its connections
            assert client.get("/api/v1/jobs/").status_code == 200
    assert "database away" not in dispatcher.log.read_text()


@pytest.mark.parametrize("command", ["dispatch", "serve"])
def test_a_pool_by_transaction_without_a_direct_address_stops_the_start(command: str) -> None:
    with run_pgbouncer(build_database_url()) as bouncer:
        done = manage(command, DATABASE_URL=bouncer.url)
    assert done.returncode != 0
    assert "set DATABASE_DIRECT_URL" in done.stderr.splitlines()[-1]


def test_a_full_pool_by_session_is_not_taken_for_one_by_transaction() -> None:
    with run_pgbouncer(build_database_url(), pool_mode="session", default_pool_size="1") as bouncer:
        done = manage("shell", "-c", ASK, DATABASE_URL=bouncer.url)
    assert done.stdout.splitlines()[-1:] == ["None"], done.stderr


def test_a_pool_without_time_limits_is_a_problem_that_the_dispatcher_reports(tmp_path: Path) -> None:
    direct = build_database_url()
    reported = Process.objects.filter(problems__contains=[{"code": "limits_missing"}])
    with (
        run_pgbouncer(direct, has_limits=False) as bouncer,
        run_dispatcher(tmp_path, DATABASE_URL=bouncer.url, DATABASE_DIRECT_URL=direct),
    ):
        wait_for("it is reported", reported.exists, within=60)


def test_migrations_go_past_the_pool_to_the_same_database_only() -> None:
    direct = build_database_url()
    other = urlsplit(direct)._replace(path="/postgres").geturl()
    nowhere = urlsplit(direct)._replace(netloc=f"127.0.0.1:{find_free_port()}").geturl()
    with run_pgbouncer(direct) as bouncer:
        done = manage("migrate", DATABASE_URL=bouncer.url, DATABASE_DIRECT_URL=direct)
        assert (done.returncode, done.stderr) == (0, "")
        refused = manage("migrate", DATABASE_URL=bouncer.url, DATABASE_DIRECT_URL=other)
        assert "leads to another database" in refused.stderr.splitlines()[-1]
        away = manage("migrate", DATABASE_URL=bouncer.url, DATABASE_DIRECT_URL=nowhere)
        assert "DATABASE_DIRECT_URL cannot be used" in away.stderr
    done = manage("migrate", DATABASE_URL=nowhere, DATABASE_DIRECT_URL=direct)
    assert done.returncode == 0, done.stderr

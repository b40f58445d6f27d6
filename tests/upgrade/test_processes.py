"""Every process and command says in one sentence that it does not fit the database, and ends; or waits for it."""

from __future__ import annotations

import sys
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.support.api import Api
from tests.support.platform import TEMPLATES
from tests.support.ports import find_free_port
from tests.support.processes import Program
from tests.support.waiting import wait_for
from tests.upgrade.conftest import Start

MANAGE, CELERY = (
    (sys.executable, "manage.py"),
    (sys.executable, "-m", "celery", "--quiet", "-A", "scheduler_project"),
)
MAKE_RUN = (sys.executable, "-m", "launcher")
BEYOND = "no longer carries this code: it needs code of level 1000"
COMMANDS = {
    "import_templates": (*MANAGE, "import_templates", str(TEMPLATES)),
    "create_user": (*MANAGE, "create_user", "ann", "--role", "viewer"),
    "jobs list": (*CELERY, "jobs", "list"),
}


def processes() -> dict[str, tuple[str, ...]]:
    return {
        "web": (*MANAGE, "serve", "--port", str(find_free_port())),
        "web by WSGI": (*MANAGE, "serve", "--wsgi", "--port", str(find_free_port())),
        "dispatcher": (*MANAGE, "dispatch"),
        "worker": (*CELERY, "worker", "--concurrency", "1"),
        "beat": (*CELERY, "beat"),
    }


def ends(program: Program, *, within: float) -> tuple[int, str]:
    """Its exit status, and what it said."""
    wait_for("it ends", lambda: program.has_ended, within=within)
    return program.stop(), program.last_lines()


def migrate(start: Start) -> None:
    assert ends(start(*MANAGE, "migrate", "--verbosity=0"), within=60)[0] == 0


def test_none_starts_on_a_database_that_was_not_migrated(start: Start) -> None:
    started = {name: start(*words) for name, words in {**processes(), **COMMANDS}.items()}
    for name, program in started.items():
        status, said = ends(program, within=60)
        [sentence] = [line for line in said.splitlines() if line.strip()]
        assert (name, status) == (name, 4 if name == "jobs list" else 1)
        assert "no tables of this platform yet: run `python manage.py migrate`" in sentence


@pytest.mark.long
def test_all_end_within_a_minute_when_the_schema_goes_beyond_them(
    start: Start, database: str, tmp_path: Path
) -> None:
    migrate(start)
    words = processes()
    started = {name: start(*words[name]) for name in words}
    wait_for("web is ready", lambda: is_ready(words["web"][-1]), within=60)
    wait_for("web by WSGI is ready", lambda: is_ready(words["web by WSGI"][-1]), within=60)
    wait_for("the worker serves", lambda: count(database, "jobs_workernode"), within=60)
    wait_for("the dispatcher works", lambda: count(database, "jobs_pulse"), within=60)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("UPDATE schema_compatibility SET oldest_code = 1000")
    for name, program in started.items():
        status, said = ends(program, within=60)
        assert (name, status != 0) == (name, True)
        assert BEYOND in said
        assert "Traceback" not in said
    make_run = start(*MAKE_RUN, STATE_DIR=str(tmp_path / "state"), PORT=str(find_free_port()))
    status, said = ends(make_run, within=60)
    assert (status, BEYOND in said, "Traceback" in said) == (1, True, False)


def test_the_first_statement_that_does_not_fit_ends_web_and_dispatcher(start: Start, database: str) -> None:
    migrate(start)
    words = processes()
    web, dispatcher = start(*words["web"]), start(*words["dispatcher"])
    wait_for("web is ready", lambda: is_ready(words["web"][-1]), within=60)
    wait_for("the dispatcher works", lambda: count(database, "jobs_pulse"), within=60)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("ALTER TABLE accounts_apitoken DROP COLUMN digest")
        connection.execute("ALTER TABLE jobs_live DROP COLUMN claim_at CASCADE")
    address = f"http://127.0.0.1:{words['web'][-1]}/api/v1/jobs/"
    headers = {"Authorization": "Token " + "0" * 64}
    assert httpx.get(address, headers=headers, trust_env=False).status_code == 500
    for program in (web, dispatcher):
        status, said = ends(program, within=20)
        assert status != 0
        assert "against what its list of migrations says" in said
        assert "database away" not in said


@pytest.mark.long
def test_processes_work_on_under_a_newer_schema_that_carries_them(start: Start, database: str) -> None:
    migrate(start)
    assert ends(start(*COMMANDS["import_templates"]), within=60)[0] == 0
    status, token = ends(start(*MANAGE, "create_user", "ann", "--role", "operator", "--token"), within=60)
    assert status == 0
    words = processes()
    started = [start(*words[name]) for name in ("web", "dispatcher", "worker")]
    wait_for("web is ready", lambda: is_ready(words["web"][-1]), within=60)
    wait_for("the worker serves", lambda: count(database, "jobs_workernode"), within=60)
    with Api(f"http://127.0.0.1:{words['web'][-1]}", token.splitlines()[-1]) as api:
        run_some(api)
        with psycopg.connect(database, autocommit=True) as connection:
            for table in (
                "jobs_live",
                "jobs_ended",
                "jobs_event",
                "jobs_series",
                "accounts_user",
                "templates_app_jobtemplate",
            ):
                connection.execute(f"ALTER TABLE {table} ADD COLUMN later text NOT NULL DEFAULT ''")
            connection.execute(
                "INSERT INTO django_migrations (app, name, applied) VALUES ('jobs', '9999_later', now())"
            )
        run_some(api)
    for program in started:
        said = program.last_lines(10_000)
        assert not program.has_ended
        assert "database" not in said
        assert "Traceback" not in said


def run_some(api: Api) -> None:
    """As many as it takes for all statements to be prepared, which a change of the tables must not break."""
    jobs = [api.create("printer", {"lines": number})["job_id"] for number in range(8)]
    assert [api.await_end(job, within=60)["state"] for job in jobs] == ["succeeded"] * len(jobs)


def is_ready(port: str) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health/ready", trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def count(database: str, table: str) -> int:
    with psycopg.connect(database) as connection:
        (number,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone() or (0,)
    return int(number)

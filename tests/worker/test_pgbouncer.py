"""A PgBouncer that pools by session, as it is installed: web, dispatcher and commands work through it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from foundation.discover import CHECKOUT
from jobs.models import Job
from launcher.servers import Account
from tests.factories import OTP, scheduled
from tests.support import debian
from tests.support.could_not_run import Missing, skip_loudly
from tests.support.folders import make_private_folder
from tests.support.ports import ReservedPort
from tests.support.processes import Program
from tests.support.waiting import wait_for
from tests.support.web import build_environment, run_web

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]


def program() -> str:
    folders = "/usr/sbin:/usr/bin:/usr/local/bin"
    if not shutil.which("pgbouncer", path=folders):
        debian.install("pgbouncer")
    path = shutil.which("pgbouncer", path=folders)
    if path is None:
        missing = Missing("it is not installed", remedy="install pgbouncer")
        skip_loudly("the tests through PgBouncer", missing)
    return path


@pytest.fixture
def url() -> Iterator[str]:
    found, port, params = program(), ReservedPort(), connection.get_connection_params()
    server = " ".join(f"{name}={params[name]}" for name in ("host", "port", "user", "password"))
    with make_private_folder("pgbouncer") as folder:
        config = folder / "pgbouncer.ini"
        config.write_text(
            f"[databases]\n{params['dbname']} = {server}\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port.number}\nunix_socket_dir =\n"
            "auth_type = any\npool_mode = session\ndefault_pool_size = 40\n"
        )
        user = Account.of_the_servers().popen()
        bouncer = Program([found, str(config)], log=folder / "pgbouncer.log", cwd=folder, **user)
        port.release()
        url = f"postgresql://{params['user']}@127.0.0.1:{port.number}/{params['dbname']}"
        try:
            wait_for("PgBouncer answers", lambda: answers(url), within=30)
            yield url
        finally:
            bouncer.stop()


def answers(url: str) -> bool:
    try:
        with psycopg.connect(url) as opened:
            return bool(opened.execute("SELECT 1").fetchone())
    except psycopg.OperationalError:
        return False


def test_a_job_goes_from_the_web_process_to_the_broker(
    url: str, tmp_path: Path, transactional_db: None
) -> None:
    scheduled(start_in_seconds=3600)  # and with it a template
    command = [sys.executable, "manage.py", "create_user", "ann", "--role", "operator", "--token"]
    done = subprocess.run(
        command,
        cwd=CHECKOUT,
        env=build_environment(DATABASE_URL=url),
        capture_output=True,
        text=True,
        check=True,
    )
    dispatcher = Program(
        [sys.executable, "manage.py", "dispatch"],
        log=tmp_path / "dispatcher.log",
        cwd=CHECKOUT,
        env=build_environment(DATABASE_URL=url),
    )
    try:
        with run_web(tmp_path, DATABASE_URL=url) as web, web.client(done.stdout.strip()) as client:
            created = client.post("/api/v1/jobs/", json={"job_type": OTP, "payload": {"user_id": 1}})
            assert created.status_code == 201, created.text
            job = Job.objects.filter(pk=created.json()["job_id"], state="queued")
            wait_for("it is handed over", job.exists, within=60)
            for _ in range(20):  # by prepared statements, on each of its connections
                assert client.get("/api/v1/jobs/").status_code == 200
    finally:
        dispatcher.stop()
    assert "database away" not in dispatcher.log.read_text()

"""Runs a PgBouncer of our own with deploy/pgbouncer.ini, in front of a Postgres of the tests."""

from __future__ import annotations

import re
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from foundation.discover import CHECKOUT
from launcher.servers import Account
from tests.support import debian
from tests.support.could_not_run import Missing, skip_loudly
from tests.support.folders import make_private_folder
from tests.support.ports import ReservedPort
from tests.support.processes import Program
from tests.support.waiting import wait_for

FILE = CHECKOUT / "deploy" / "pgbouncer.ini"
FOLDERS = "/usr/sbin:/usr/bin:/usr/local/bin"
START_SECONDS = 30


class PgBouncer:
    """A pool in front of the database at `direct_url`. `changes` replace settings of the file."""

    def __init__(self, folder: Path, direct_url: str, *, has_limits: bool = True, **changes: str) -> None:
        self.direct_url = direct_url
        self._program_file, self._folder, self._port = _find_program(), folder, ReservedPort()
        server = conninfo_to_dict(direct_url)
        account = " ".join(f"{name}={server[name]}" for name in ("host", "port", "user", "password"))
        self.url = f"postgresql://{server['user']}@127.0.0.1:{self._port.number}/{server['dbname']}"
        text = FILE.read_text().replace("host=127.0.0.1 port=5432", account)
        text = re.sub(r"^restjobscheduler =", f"{server['dbname']} =", text, flags=re.MULTILINE)
        if not has_limits:
            text = re.sub(r" connect_query=.*", "", text)
        own = {"listen_port": str(self._port.number), "auth_type": "any", "auth_file": "", **changes}
        for name, value in own.items():
            text = re.sub(rf"^{name} =.*", f"{name} = {value}", text, flags=re.MULTILINE)
        (folder / "pgbouncer.ini").write_text(text)
        self._program: Program | None = None

    def start(self) -> None:
        """Starts the program and returns when the database answers through it."""
        self._port.release()
        command = [self._program_file, str(self._folder / "pgbouncer.ini")]
        log, user = self._folder / "pgbouncer.log", Account.of_the_servers().popen()
        self._program = Program(command, log=log, stop_signal=signal.SIGINT, cwd=self._folder, **user)
        wait_for("PgBouncer answers", self._answers, within=START_SECONDS)

    def stop(self) -> None:
        if self._program is not None:
            self._program.stop()

    def kill(self) -> None:
        if self._program is not None:
            self._program.kill()
            self._program = None

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self.url) as opened:
                return bool(opened.execute("SELECT 1").fetchone())
        except psycopg.OperationalError:
            return False


@contextmanager
def run_pgbouncer(direct_url: str, *, has_limits: bool = True, **changes: str) -> Iterator[PgBouncer]:
    """Runs a PgBouncer until the end of the block. Skips the test if there is none on this machine."""
    with make_private_folder("pgbouncer") as folder:
        bouncer = PgBouncer(folder, direct_url, has_limits=has_limits, **changes)
        try:
            bouncer.start()
            yield bouncer
        finally:
            bouncer.stop()


def _find_program() -> str:
    if not shutil.which("pgbouncer", path=FOLDERS):
        debian.install("pgbouncer")
    path = shutil.which("pgbouncer", path=FOLDERS)
    if path is None:
        missing = Missing("it is not installed", remedy="install pgbouncer")
        skip_loudly("the tests through PgBouncer", missing)
    return path

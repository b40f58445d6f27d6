"""The embedded Postgres: a cluster made once, for this machine alone."""

from __future__ import annotations

import os
import shutil
import signal
from functools import cached_property
from pathlib import Path

from launcher.account import Account
from launcher.options import CannotStart

SUPERUSER = "scheduler"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "128MB",
    "max_connections": "200",
    "fsync": "on",
    "synchronous_commit": "on",
    "log_timezone": "UTC",
    "timezone": "UTC",
}


class Postgres:
    name = "postgres"
    stop_signal = signal.SIGINT  # "fast": ends the sessions rather than waiting for them

    def __init__(self, folder: Path, *, bin: Path, account: Account, port: int, password: str) -> None:
        self.data = folder / "postgres"
        self.log = folder / "postgres.log"
        self.account = account
        self.port = port
        self._folder, self._bin, self._password = folder, bin, password

    @property
    def url(self) -> str:
        return f"postgresql://{SUPERUSER}:{self._password}@127.0.0.1:{self.port}/postgres"

    @cached_property
    def command(self) -> list[str]:
        switches = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        return [str(self._bin / "postgres"), "-D", str(self.data), "-p", str(self.port), *switches]

    @property
    def working_folder(self) -> Path:
        return self.data

    def prepare(self) -> None:
        """Before every start. Nobody else may be starting or running this cluster."""
        if self.data.exists():
            self._disown_stale_pid_file()
        else:
            self._make_cluster()

    def is_ready(self) -> bool:
        question: list[str | Path] = [self._bin / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return self.data.exists() and self.account.run(question, cwd=self.data).returncode == 0

    def _make_cluster(self) -> None:
        # Made beside its place and moved there whole: a start cut short leaves no half cluster.
        fresh = self._folder / "postgres.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        self.account.own(fresh)
        password = self._folder / "postgres.password"
        password.touch(mode=0o600)
        password.write_text(self._password)
        self.account.own(password)
        command: list[str | Path] = [
            self._bin / "initdb",
            "-D",
            fresh,
            "-U",
            SUPERUSER,
            f"--pwfile={password}",
        ]
        command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"]
        made = self.account.run(command, cwd=fresh)
        password.unlink()
        if made.returncode:
            raise CannotStart(f"Postgres could not make its files in {fresh}:\n{made.stdout}{made.stderr}")
        fresh.rename(self.data)

    def _disown_stale_pid_file(self) -> None:
        """A pid recycled since a crash would keep Postgres from starting ("lock file already exists").

        The file also holds the shared memory key by which Postgres notices survivors of the crash, so it
        stays; only its first line becomes our pid: Postgres knows that its own parent is no other Postgres.
        """
        file = self.data / "postmaster.pid"
        if file.exists():
            lines = file.read_text().splitlines(keepends=True)
            file.write_text("".join([f"{os.getpid()}\n", *lines[1:]]))

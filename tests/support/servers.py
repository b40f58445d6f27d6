"""Servers that tests start and stop as they like: Postgres, Valkey or Redis, by the classes of `make run`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, runtime_checkable

from launcher import programs
from launcher.account import Account
from launcher.postgres import Postgres
from launcher.valkey import Valkey
from tests.support import early
from tests.support.folders import private_folder
from tests.support.processes import Program
from tests.support.waiting import wait_for

# What the tests' own database holds is thrown away: it need not survive a power cut.
QUICK = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]


class Server(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def url(self) -> str: ...

    def start(self) -> None:
        """Returns when it answers."""

    def stop(self) -> None:
        """Returns when it is gone; what it stored stays for the next start."""

    def kill(self) -> None:
        """The same by kill -9: it has no moment to put anything in order."""


@runtime_checkable
class CanFreeze(Protocol):
    """A server whose processes are ours to stop with SIGSTOP."""

    def freeze(self) -> None: ...

    def thaw(self) -> None: ...


class OwnServer:
    """A Postgres or Valkey of `launcher` as a `Server`."""

    def __init__(
        self,
        server: Postgres | Valkey,
        *,
        url: str,
        further: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.name, self.url = server.name, url
        self._server, self._further, self._env = server, further, dict(env or {})
        self._program: Program | None = None

    def start(self) -> None:
        server = self._server
        server.prepare()
        popen = server.account.popen()
        popen["env"] = {**popen["env"], **self._env}
        program = self._program = Program(
            [*server.command, *self._further],
            log=server.log,
            stop_signal=server.stop_signal,
            cwd=server.working_folder,
            **popen,
        )
        wait_for(f"{self.name} answers", lambda: program.has_ended or server.is_ready(), within=60)
        if program.has_ended:
            raise RuntimeError(f"{self.name} did not start:\n{program.last_lines()}")

    def stop(self) -> None:
        if self._program is not None:
            self._program.stop()
            self._program = None

    def revive(self) -> None:
        """If it ended by itself."""
        if self._program is not None and self._program.has_ended:
            self.stop()
            self.start()

    def kill(self) -> None:
        if self._program is not None:
            self._program.kill()
            self._program = None

    def freeze(self) -> None:
        if self._program is not None:
            self._program.freeze()

    def thaw(self) -> None:
        if self._program is not None:
            self._program.thaw()


@contextmanager
def running(*servers: Server) -> Iterator[None]:
    started: list[Server] = []
    try:
        for server in servers:
            started.append(server)
            server.start()
        yield
    finally:
        for server in reversed(started):
            server.stop()


@contextmanager
def for_this_process() -> Iterator[None]:
    """The servers that `early` has put into this process's settings."""
    with private_folder("servers") as folder:
        account = Account.of_the_servers()
        account.own(folder)
        with running(*_announced(folder, account)):
            yield


def _announced(folder: Path, account: Account) -> Iterator[Server]:
    found = programs.find(folder, account)
    if not early.OUTER_DATABASE_URL:
        port = early.POSTGRES_PORT.release()
        postgres = Postgres(
            folder, bin=found.postgres_bin, account=account, port=port, password=early.PASSWORD
        )
        yield OwnServer(postgres, url=postgres.url, further=QUICK)
    port = early.VALKEY_PORT.release()
    valkey = Valkey(folder, program=found.valkey_server, account=account, port=port, password=early.PASSWORD)
    yield OwnServer(valkey, url=valkey.url(0))

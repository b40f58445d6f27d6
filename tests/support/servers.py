"""Servers that tests start, stop, kill and freeze: Postgres, Valkey or Redis, with the classes of `make run`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, runtime_checkable

from launcher.servers import Account, Postgres, Valkey, find_programs
from tests.support import early
from tests.support.folders import make_private_folder
from tests.support.processes import Program
from tests.support.waiting import wait_for

# The data of the test database is thrown away, so it need not survive a power cut.
QUICK = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]


class Server(Protocol):
    """A server that tests start and stop."""

    @property
    def name(self) -> str: ...

    @property
    def url(self) -> str: ...

    def start(self) -> None:
        """Starts the server and returns when it responds."""

    def stop(self) -> None:
        """Stops the server and returns when it has ended; its data stays for the next start."""

    def kill(self) -> None:
        """Ends the server with SIGKILL, without a clean shutdown."""


@runtime_checkable
class CanFreeze(Protocol):
    """A server whose processes the tests may stop with SIGSTOP."""

    def freeze(self) -> None: ...

    def thaw(self) -> None: ...


class OwnServer:
    """Adapts a Postgres or Valkey of `launcher` to the protocol `Server`."""

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
            log=server.folder / f"{self.name}.log",
            stop_signal=server.stop_signal,
            cwd=server.data,
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
        """Starts the server again if it has ended on its own."""
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
def run_servers(*servers: Server) -> Iterator[None]:
    """Starts the servers in order, and stops them in reverse order at the end."""
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
def run_for_this_process() -> Iterator[None]:
    """Runs the servers whose URLs `early` has put into this process's settings."""
    with make_private_folder("servers") as folder:
        account = Account.of_the_servers()
        account.own(folder)
        with run_servers(*_make_servers(folder, account)):
            yield


def _make_servers(folder: Path, account: Account) -> Iterator[Server]:
    programs = find_programs(folder, account)
    if not early.OUTER_DATABASE_URL:
        port = early.POSTGRES_PORT.release()
        postgres = Postgres(
            folder, program=programs["postgres"], account=account, port=port, password=early.PASSWORD
        )
        yield OwnServer(postgres, url=postgres.urls["DATABASE_URL"], further=QUICK)
    port = early.VALKEY_PORT.release()
    valkey = Valkey(folder, program=programs["valkey"], account=account, port=port, password=early.PASSWORD)
    yield OwnServer(valkey, url=valkey.urls["BROKER_URL"])

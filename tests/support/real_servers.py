"""Postgres, RabbitMQ and Redis as they run in production: private ones from the machine's own programs.

A program that is missing is installed where that is allowed; failing that, its server runs in Docker; failing
that, one that runs here already is used.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from launcher.account import Account
from launcher.postgres import Postgres
from launcher.valkey import Valkey
from tests.support import debian, docker_servers, standing_servers
from tests.support.folders import private_folder
from tests.support.ports import free_port
from tests.support.rabbitmq import RabbitMq
from tests.support.servers import OwnServer, Server, running

PASSWORD = "only-for-tests"
Provider = Callable[[], AbstractContextManager[Server]]
FOLDERS = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"


@dataclass(frozen=True)
class Place:
    """Where and how our own Postgres runs, for tests that want it otherwise."""

    folder: Path | None = None
    options: Sequence[str] = ()
    env: Mapping[str, str] = field(default_factory=dict)


USUAL = Place()


@dataclass(frozen=True)
class RealServers:
    database: Server
    broker: Server
    redis: Server

    def settings(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.database.url,
            "BROKER_URL": self.broker.url,
            "REDIS_URL": self.redis.url,
        }


@contextmanager
def started(place: Place = USUAL) -> Iterator[RealServers]:
    """Raises Missing where a server can neither be started nor found."""
    with private_folder("real") as folder, ExitStack() as stack:
        account = Account.of_the_servers()
        account.own(folder)
        yield RealServers(
            stack.enter_context(_database(place, folder, account)),
            stack.enter_context(_broker(folder, account)),
            stack.enter_context(_redis(folder, account)),
        )


@contextmanager
def _database(place: Place, folder: Path, account: Account) -> Iterator[Server]:
    bin = _postgres_bin()
    if bin is None:
        with _elsewhere(docker_servers.postgres, standing_servers.database) as server:
            yield server
        return
    postgres = Postgres(place.folder or folder, bin=bin, account=account, port=free_port(), password=PASSWORD)
    own = OwnServer(postgres, url=postgres.url, further=place.options, env=place.env)
    with running(own):
        yield own


@contextmanager
def _broker(folder: Path, account: Account) -> Iterator[Server]:
    program = _program("rabbitmq-server", package="rabbitmq-server")
    if program is None:
        with _elsewhere(docker_servers.rabbitmq, standing_servers.broker) as server:
            yield server
        return
    # Debian's command in PATH is for its own service's user only; the program behind it is for everybody.
    behind = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
    own = RabbitMq(folder, program=behind if behind.exists() else program, account=account)
    try:
        with running(own):
            yield own
    finally:
        own.close()


@contextmanager
def _redis(folder: Path, account: Account) -> Iterator[Server]:
    program = _program("redis-server", package="redis-server")
    if program is None:
        with _elsewhere(docker_servers.redis_server, standing_servers.redis_server) as server:
            yield server
        return
    redis = Valkey(folder, program=program, account=account, port=free_port(), password=PASSWORD)
    own = OwnServer(redis, url=redis.url(1))
    with running(own):
        yield own


def _elsewhere(in_docker: Provider, standing: Provider) -> AbstractContextManager[Server]:
    return in_docker() if docker_servers.is_usable() else standing()


def _postgres_bin() -> Path | None:
    for _ in range(2):
        versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=_version)
        if versions:
            return versions[-1].parent
        if path := shutil.which("postgres"):
            return Path(path).parent
        debian.install("postgresql")
    return None


def _program(name: str, *, package: str) -> Path | None:
    for _ in range(2):
        if path := shutil.which(name, path=FOLDERS) or shutil.which(name):
            return Path(path)
        debian.install(package)
    return None


def _version(postgres: Path) -> int:
    number = postgres.parent.parent.name
    return int(number) if number.isdecimal() else 0

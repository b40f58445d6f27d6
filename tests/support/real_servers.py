"""Runs private Postgres, RabbitMQ and Redis servers, as they run in production.

A missing program is installed if that is allowed. Otherwise its server runs in Docker, and without Docker the tests
use a server that runs on this machine already.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from launcher.servers import Account, Postgres, Valkey
from tests.support import debian, docker_servers, standing_servers
from tests.support.folders import make_private_folder
from tests.support.ports import find_free_port
from tests.support.rabbitmq import RabbitMq
from tests.support.servers import OwnServer, Server, run_servers

PASSWORD = "only-for-tests"
Provider = Callable[[], AbstractContextManager[Server]]
FOLDERS = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"


@dataclass(frozen=True)
class Place:
    """The folder, options and environment of our own Postgres, for tests that change them."""

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
def run_real_servers(place: Place = USUAL) -> Iterator[RealServers]:
    """Yields the three servers and stops them at the end. Raises Missing if one can neither be started nor found."""
    with make_private_folder("real") as folder, ExitStack() as stack:
        account = Account.of_the_servers()
        account.own(folder)
        yield RealServers(
            stack.enter_context(_run_database(place, folder, account)),
            stack.enter_context(_run_broker(folder, account)),
            stack.enter_context(_run_redis(folder, account)),
        )


@contextmanager
def _run_database(place: Place, folder: Path, account: Account) -> Iterator[Server]:
    bin = _find_postgres_bin()
    if bin is None:
        with _run_elsewhere(docker_servers.run_postgres, standing_servers.borrow_database) as server:
            yield server
        return
    postgres = Postgres(
        place.folder or folder,
        program=bin / "postgres",
        account=account,
        port=find_free_port(),
        password=PASSWORD,
    )
    own = OwnServer(postgres, url=postgres.urls["DATABASE_URL"], further=place.options, env=place.env)
    with run_servers(own):
        yield own


@contextmanager
def _run_broker(folder: Path, account: Account) -> Iterator[Server]:
    program = _find_program("rabbitmq-server", package="rabbitmq-server")
    if program is None:
        with _run_elsewhere(docker_servers.run_rabbitmq, standing_servers.borrow_broker) as server:
            yield server
        return
    # Debian's command in PATH works only for the user of its service; the program behind it works for every user.
    behind = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
    own = RabbitMq(folder, program=behind if behind.exists() else program, account=account)
    try:
        with run_servers(own):
            yield own
    finally:
        own.close()


@contextmanager
def _run_redis(folder: Path, account: Account) -> Iterator[Server]:
    program = _find_program("redis-server", package="redis-server")
    if program is None:
        with _run_elsewhere(docker_servers.run_redis, standing_servers.borrow_redis) as server:
            yield server
        return
    redis = Valkey(folder, program=program, account=account, port=find_free_port(), password=PASSWORD)
    own = OwnServer(redis, url=redis.urls["REDIS_URL"])
    with run_servers(own):
        yield own


def _run_elsewhere(in_docker: Provider, standing: Provider) -> AbstractContextManager[Server]:
    return in_docker() if docker_servers.is_usable() else standing()


def _find_postgres_bin() -> Path | None:
    for _ in range(2):
        versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=_parse_version)
        if versions:
            return versions[-1].parent
        if path := shutil.which("postgres"):
            return Path(path).parent
        debian.install("postgresql")
    return None


def _find_program(name: str, *, package: str) -> Path | None:
    for _ in range(2):
        if path := shutil.which(name, path=FOLDERS) or shutil.which(name):
            return Path(path)
        debian.install(package)
    return None


def _parse_version(postgres: Path) -> int:
    number = postgres.parent.parent.name
    return int(number) if number.isdecimal() else 0

"""Postgres, RabbitMQ and Redis as they run in production: private ones from the machine's own programs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scheduler_project.local.account import Account
from scheduler_project.local.postgres import Postgres
from scheduler_project.local.valkey import Valkey
from tests.support import debian
from tests.support.could_not_run import Missing
from tests.support.folders import private_folder
from tests.support.ports import free_port
from tests.support.rabbitmq import RabbitMq
from tests.support.servers import OwnServer, Server, running

PASSWORD = "only-for-tests"


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
def started() -> Iterator[RealServers]:
    """Raises Missing where a program is neither there nor to be had."""
    postgres_bin = _postgres_bin()
    rabbitmq_server = _rabbitmq_server()
    redis_server = _program("redis-server", package="redis-server")
    account = Account.of_the_servers()
    with private_folder("real") as folder:
        account.own(folder)
        postgres = Postgres(folder, bin=postgres_bin, account=account, port=free_port(), password=PASSWORD)
        redis = Valkey(folder, program=redis_server, account=account, port=free_port(), password=PASSWORD)
        rabbitmq = RabbitMq(folder, program=rabbitmq_server, account=account)
        servers = RealServers(
            OwnServer(postgres, url=postgres.url), rabbitmq, OwnServer(redis, url=redis.url(1))
        )
        try:
            with running(servers.database, servers.broker, servers.redis):
                yield servers
        finally:
            rabbitmq.close()


def _postgres_bin() -> Path:
    for _ in range(2):
        versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=_version)
        if versions:
            return versions[-1].parent
        if path := shutil.which("postgres"):
            return Path(path).parent
        debian.install("postgresql")
    raise _missing("postgres", "postgresql")


def _rabbitmq_server() -> Path:
    # Debian's command in PATH is for its own service's user only; the program behind it is for everybody.
    behind = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
    found = _program("rabbitmq-server", package="rabbitmq-server")
    return behind if behind.exists() else found


def _program(name: str, *, package: str) -> Path:
    for _ in range(2):
        path = shutil.which(name, path="/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin")
        if path or (path := shutil.which(name)):
            return Path(path)
        debian.install(package)
    raise _missing(name, package)


def _version(postgres: Path) -> int:
    number = postgres.parent.parent.name
    return int(number) if number.isdecimal() else 0


def _missing(program: str, package: str) -> Missing:
    return Missing(f"this machine has no {program}", remedy=f"install it (Debian: apt-get install {package})")

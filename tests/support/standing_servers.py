"""Uses servers that run on this machine already, where the tests cannot start their own.

TEST_DATABASE_URL, TEST_BROKER_URL and TEST_REDIS_URL name them; by default their usual addresses are tried. The tests
use only a new database in Postgres, a virtual host without our queues in RabbitMQ, and an empty database in Redis.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import psycopg
import redis
from kombu import Connection
from kombu.exceptions import KombuError

from tests.support.could_not_run import Missing, skip_loudly

DATABASES = (
    "postgresql://postgres:postgres@127.0.0.1:5432/postgres",
    "postgresql://postgres@127.0.0.1:5432/postgres",
)
BROKER = "amqp://guest:guest@127.0.0.1:5672//"
REDIS = "redis://127.0.0.1:6379"
QUEUES = ("default",)
REDIS_DATABASES = range(15, 0, -1)


@dataclass(frozen=True)
class StandingServer:
    """A `Server` that the tests may use but not stop."""

    name: str
    url: str

    def start(self) -> None:
        """Does nothing: the server runs already."""

    def stop(self) -> None:
        """Skips the test, because the tests may not stop this server."""
        skip_loudly(
            f"the tests that stop {self.name}",
            Missing(
                "it is not theirs to stop here",
                remedy="install its server program, so that they can start their own",
            ),
        )

    def kill(self) -> None:
        self.stop()


@contextmanager
def borrow_database() -> Iterator[StandingServer]:
    """Yields Postgres with a new database for the tests, and drops that at the end."""
    name = f"restjobscheduler_test_{secrets.token_hex(4)}"
    server = _find_postgres()
    try:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
    except psycopg.Error as error:
        raise Missing(
            f"Postgres lets them make no database ({error})",
            remedy="name one that does in TEST_DATABASE_URL",
        ) from error
    try:
        yield StandingServer("Postgres", urlsplit(server)._replace(path=f"/{name}").geturl())
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def _lock_server(server: str) -> Iterator[None]:
    """Holds a lock file, so that only one process of the tests uses the server at a time."""
    with open(
        os.path.join(tempfile.gettempdir(), f"restjobscheduler-{server}-{os.getuid()}.lock"), "w"
    ) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def borrow_broker() -> Iterator[StandingServer]:
    """Yields RabbitMQ and deletes the tests' queues at the end."""
    with _lock_server("rabbitmq"), _check_broker() as server:
        yield server


@contextmanager
def borrow_redis() -> Iterator[StandingServer]:
    """Yields Redis with an empty database, and empties that at the end."""
    with _lock_server("redis"), _pick_redis_database() as server:
        yield server


@contextmanager
def _check_broker() -> Iterator[StandingServer]:
    """Yields a virtual host without our queues: workers of another platform would take our dispatch messages."""
    url = os.environ.get("TEST_BROKER_URL", BROKER)
    try:
        taken = [queue for queue in QUEUES if _has_queue(url, queue)]
    except (OSError, KombuError) as error:
        raise Missing(
            f"no RabbitMQ answers ({error})", remedy="install RabbitMQ, or name one in TEST_BROKER_URL"
        ) from error
    if taken:
        raise Missing(
            f"RabbitMQ has queues {', '.join(taken)} already",
            remedy="name an empty virtual host in TEST_BROKER_URL",
        )
    try:
        yield StandingServer("RabbitMQ", url)
    finally:
        with Connection(url) as connection:
            channel: Any = connection.channel()
            for queue in QUEUES:
                channel.queue_delete(queue)


@contextmanager
def _pick_redis_database() -> Iterator[StandingServer]:
    """Yields the empty database with the highest number, and empties it at the end."""
    url = os.environ.get("TEST_REDIS_URL", REDIS)
    try:
        free = next((number for number in REDIS_DATABASES if _is_empty(url, number)), None)
    except redis.RedisError as error:
        raise Missing(
            f"no Redis answers ({error})", remedy="install Redis, or name one in TEST_REDIS_URL"
        ) from error
    if free is None:
        raise Missing("no database of Redis is empty", remedy="name another Redis in TEST_REDIS_URL")
    try:
        yield StandingServer("Redis", urlsplit(url)._replace(path=f"/{free}").geturl())
    finally:
        with redis.Redis.from_url(url, db=free) as client:
            client.flushdb()


def _find_postgres() -> str:
    given = os.environ.get("TEST_DATABASE_URL")
    reason = ""
    for url in (given,) if given else DATABASES:
        try:
            psycopg.connect(url, connect_timeout=3).close()
        except psycopg.Error as error:
            reason = str(error).strip().splitlines()[0]
        else:
            return url
    raise Missing(
        f"no Postgres lets them in ({reason})", remedy="install Postgres, or name one in TEST_DATABASE_URL"
    )


def _has_queue(url: str, queue: str) -> bool:
    with Connection(url, connect_timeout=3) as connection:
        channel: Any = connection.channel()
        try:
            channel.queue_declare(queue, passive=True)
        except connection.channel_errors:
            return False
        return True


def _is_empty(url: str, number: int) -> bool:
    with redis.Redis.from_url(url, db=number, socket_timeout=3, socket_connect_timeout=3) as client:
        return not client.dbsize()

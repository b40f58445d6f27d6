"""Runs Postgres, RabbitMQ and Redis in containers, for machines that have Docker but lack the programs."""

from __future__ import annotations

import secrets
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import redis

from tests.support.ports import find_free_port
from tests.support.rabbitmq import ALARMS, Resource, speaks_amqp
from tests.support.waiting import wait_for

PASSWORD = "only-for-tests"
START_SECONDS, PULL_SECONDS = 120, 300


class Container:
    """A `Server` in a container. Its data is in the container, so it survives a stop."""

    def __init__(
        self,
        name: str,
        image: str,
        *,
        inner_port: int,
        url: str,
        environment: tuple[str, ...] = (),
        answers: Callable[[int, str], bool],
    ) -> None:
        self.name, self._image, self._inner_port = name, image, inner_port
        self._port = find_free_port()
        self.url = url.format(port=self._port)
        self._environment, self._answers = environment, answers
        self._container = f"restjobscheduler-{name.lower()}-{secrets.token_hex(4)}"
        self._exists = False

    def start(self) -> None:
        if self._exists:
            _call_docker("start", self._container)
        else:
            settings = [word for one in self._environment for word in ("--env", one)]
            publish = f"127.0.0.1:{self._port}:{self._inner_port}"
            _call_docker(
                "run", "--detach", "--name", self._container, "--publish", publish, *settings, self._image
            )
            self._exists = True
        wait_for(
            f"{self.name} answers",
            lambda: self._answers(self._port, self.url),
            within=START_SECONDS,
            every=0.5,
        )

    def stop(self) -> None:
        _call_docker("stop", self._container)

    def kill(self) -> None:
        _call_docker("kill", self._container)

    def raise_alarm(self, kind: Resource) -> None:
        _call_docker("exec", self._container, "rabbitmqctl", *ALARMS[kind][0])

    def clear_alarm(self, kind: Resource) -> None:
        _call_docker("exec", self._container, "rabbitmqctl", *ALARMS[kind][1])

    def remove(self) -> None:
        _call_docker("rm", "--force", "--volumes", self._container, check=False)


def is_usable() -> bool:
    """Returns whether Docker is installed and its daemon responds."""
    if not shutil.which("docker"):
        return False
    done = subprocess.run(["docker", "info"], capture_output=True, check=False, timeout=60)
    return done.returncode == 0


@contextmanager
def run_postgres() -> Iterator[Container]:
    url = f"postgresql://postgres:{PASSWORD}@127.0.0.1:{{port}}/postgres"
    settings = (f"POSTGRES_PASSWORD={PASSWORD}",)
    with _run(
        Container(
            "Postgres",
            "postgres:17",
            inner_port=5432,
            url=url,
            environment=settings,
            answers=_accepts_connections,
        )
    ) as container:
        yield container


@contextmanager
def run_rabbitmq() -> Iterator[Container]:
    url = "amqp://guest:guest@127.0.0.1:{port}//"
    with _run(
        Container(
            "RabbitMQ", "rabbitmq:4", inner_port=5672, url=url, answers=lambda port, _: speaks_amqp(port)
        )
    ) as container:
        yield container


@contextmanager
def run_redis() -> Iterator[Container]:
    url = "redis://127.0.0.1:{port}/1"
    with _run(Container("Redis", "redis:8", inner_port=6379, url=url, answers=_answers_ping)) as container:
        yield container


@contextmanager
def _run(container: Container) -> Iterator[Container]:
    try:
        container.start()
        yield container
    finally:
        container.remove()


def _call_docker(*words: str, check: bool = True) -> None:
    done = subprocess.run(
        ["docker", *words], capture_output=True, text=True, check=False, timeout=PULL_SECONDS
    )
    if check and done.returncode:
        raise RuntimeError(f"docker {' '.join(words)}: {done.stderr.strip()}")


def _accepts_connections(_port: int, url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.Error:
        return False
    return True


def _answers_ping(_port: int, url: str) -> bool:
    try:
        with redis.Redis.from_url(url, socket_timeout=3, socket_connect_timeout=3) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False

"""The real servers in containers, where Docker answers and the machine lacks the programs."""

from __future__ import annotations

import secrets
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import redis

from tests.support.ports import free_port
from tests.support.rabbitmq import ALARMS, Resource, speaks_amqp
from tests.support.waiting import wait_for

PASSWORD = "only-for-tests"
START_SECONDS, PULL_SECONDS = 120, 300


class Container:
    """A `Server`. Its data is the container's, so it survives a stop."""

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
        self._port = free_port()
        self.url = url.format(port=self._port)
        self._environment, self._answers = environment, answers
        self._container = f"restjobscheduler-{name.lower()}-{secrets.token_hex(4)}"
        self._exists = False

    def start(self) -> None:
        if self._exists:
            _docker("start", self._container)
        else:
            settings = [word for one in self._environment for word in ("--env", one)]
            publish = f"127.0.0.1:{self._port}:{self._inner_port}"
            _docker(
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
        _docker("stop", self._container)

    def kill(self) -> None:
        _docker("kill", self._container)

    def raise_alarm(self, kind: Resource) -> None:
        _docker("exec", self._container, "rabbitmqctl", *ALARMS[kind][0])

    def clear_alarm(self, kind: Resource) -> None:
        _docker("exec", self._container, "rabbitmqctl", *ALARMS[kind][1])

    def remove(self) -> None:
        _docker("rm", "--force", "--volumes", self._container, check=False)


def is_usable() -> bool:
    if not shutil.which("docker"):
        return False
    asked = subprocess.run(["docker", "info"], capture_output=True, check=False, timeout=60)
    return asked.returncode == 0


@contextmanager
def postgres() -> Iterator[Container]:
    url = f"postgresql://postgres:{PASSWORD}@127.0.0.1:{{port}}/postgres"
    settings = (f"POSTGRES_PASSWORD={PASSWORD}",)
    with _running(
        Container("Postgres", "postgres:17", inner_port=5432, url=url, environment=settings, answers=_lets_in)
    ) as container:
        yield container


@contextmanager
def rabbitmq() -> Iterator[Container]:
    url = "amqp://guest:guest@127.0.0.1:{port}//"
    with _running(
        Container(
            "RabbitMQ", "rabbitmq:4", inner_port=5672, url=url, answers=lambda port, _: speaks_amqp(port)
        )
    ) as container:
        yield container


@contextmanager
def redis_server() -> Iterator[Container]:
    url = "redis://127.0.0.1:{port}/1"
    with _running(
        Container("Redis", "redis:8", inner_port=6379, url=url, answers=_answers_ping)
    ) as container:
        yield container


@contextmanager
def _running(container: Container) -> Iterator[Container]:
    try:
        container.start()
        yield container
    finally:
        container.remove()


def _docker(*words: str, check: bool = True) -> None:
    done = subprocess.run(
        ["docker", *words], capture_output=True, text=True, check=False, timeout=PULL_SECONDS
    )
    if check and done.returncode:
        raise RuntimeError(f"docker {' '.join(words)}: {done.stderr.strip()}")


def _lets_in(_port: int, url: str) -> bool:
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

"""A web process by itself, on this test's database."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import httpx
from django.conf import settings
from django.db import connection

from foundation.discover import CHECKOUT
from tests.support import environment
from tests.support.ports import ReservedPort
from tests.support.processes import Program
from tests.support.waiting import wait_for

START_SECONDS = 60


@dataclass(frozen=True)
class Web:
    port: int
    program: Program

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, token: str | None = None, *, timeout: float = 60) -> httpx.Client:
        headers = {"Authorization": f"Token {token}"} if token else {}
        limits = httpx.Limits(max_connections=None)
        return httpx.Client(
            base_url=self.url, headers=headers, timeout=timeout, trust_env=False, limits=limits
        )


def database_url() -> str:
    params = connection.get_connection_params()
    account = f"{quote(params['user'])}:{quote(params.get('password', ''))}"
    return f"postgresql://{account}@{params['host']}:{params['port']}/{params['dbname']}"


def environment_of(**changes: str) -> dict[str, str]:
    """For a program of ours beside this test."""
    return environment.plain() | {
        "SECRET_KEY": settings.SECRET_KEY,
        "DATABASE_URL": database_url(),
        "BROKER_URL": settings.BROKER_URL,
        "REDIS_URL": settings.REDIS_URL,
        "STATE_DIR": str(settings.BASE_DIR / ".no-such-state"),
        **changes,
    }


@contextmanager
def serving(folder: Path, *arguments: str, **changes: str) -> Iterator[Web]:
    """`manage.py serve` with these arguments and settings, from its first answer on."""
    port = ReservedPort()
    web = Web(port.number, start(folder, port.release(), *arguments, **changes))
    try:
        wait_for("it serves", lambda: serves(web), within=START_SECONDS)
        yield web
    finally:
        web.program.stop()


def start(folder: Path, port: int, *arguments: str, **changes: str) -> Program:
    command = [sys.executable, "manage.py", "serve", "--port", str(port), *arguments]
    return Program(command, log=folder / "web.log", cwd=CHECKOUT, env=environment_of(**changes))


def serves(web: Web) -> bool:
    if web.program.has_ended:
        raise subprocess.SubprocessError(f"it ended:\n{web.program.last_lines()}")
    try:
        with web.client(timeout=5) as client:
            return client.get("/health/live").status_code == 200
    except httpx.TransportError:
        return False

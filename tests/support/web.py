"""Runs one web process alone, on the database of this test."""

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
    """A running web process."""

    port: int
    program: Program

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, token: str | None = None, *, timeout: float = 60) -> httpx.Client:
        """Returns an HTTP client for the web process, with a token if one is given."""
        headers = {"Authorization": f"Token {token}"} if token else {}
        limits = httpx.Limits(max_connections=None)
        return httpx.Client(
            base_url=self.url, headers=headers, timeout=timeout, trust_env=False, limits=limits
        )


def build_database_url() -> str:
    """Returns the URL of the database that Django's test connection uses."""
    params = connection.get_connection_params()
    account = f"{quote(params['user'])}:{quote(params.get('password', ''))}"
    return f"postgresql://{account}@{params['host']}:{params['port']}/{params['dbname']}"


def build_environment(**changes: str) -> dict[str, str]:
    """Returns the environment for a program of the platform that runs beside this test."""
    return environment.copy_without_settings() | {
        "SECRET_KEY": settings.SECRET_KEY,
        "DATABASE_URL": build_database_url(),
        "BROKER_URL": settings.BROKER_URL,
        "REDIS_URL": settings.REDIS_URL,
        "STATE_DIR": str(settings.BASE_DIR / ".no-such-state"),
        **changes,
    }


@contextmanager
def run_web(folder: Path, *arguments: str, **changes: str) -> Iterator[Web]:
    """Runs `manage.py serve` with these arguments and settings. The block begins when it responds."""
    port = ReservedPort()
    web = Web(port.number, start_web(folder, port.release(), *arguments, **changes))
    try:
        wait_for("it serves", lambda: is_serving(web), within=START_SECONDS)
        yield web
    finally:
        web.program.stop()


def start_web(folder: Path, port: int, *arguments: str, **changes: str) -> Program:
    """Starts `manage.py serve` on a port and returns at once."""
    command = [sys.executable, "manage.py", "serve", "--port", str(port), *arguments]
    return Program(command, log=folder / "web.log", cwd=CHECKOUT, env=build_environment(**changes))


def is_serving(web: Web) -> bool:
    """Returns whether the web process responds. Raises SubprocessError if it has ended."""
    if web.program.has_ended:
        raise subprocess.SubprocessError(f"it ended:\n{web.program.last_lines()}")
    try:
        with web.client(timeout=5) as client:
            return client.get("/health/live").status_code == 200
    except httpx.TransportError:
        return False

"""Databases of these tests' own, and programs of the platform that work on them."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from foundation.discover import CHECKOUT
from tests.support import early, environment
from tests.support.platform import HANDLERS_FOR_TESTS
from tests.support.processes import Program

Start = Callable[..., Program]
# Of the tests' Valkey: other tests have 0 and 1.
BROKER_DATABASE, REDIS_DATABASE = 2, 3


@contextmanager
def fresh_database() -> Iterator[str]:
    """The URL of an empty database on the tests' server."""
    server, name = os.environ["DATABASE_URL"], f"upgrade_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(servers: None) -> Iterator[str]:
    with fresh_database() as url:
        yield url


@pytest.fixture
def start(database: str, tmp_path: Path) -> Iterator[Start]:
    """Starts `python WORDS` on that database, and ends it with the test."""
    valkey = f"redis://:{early.PASSWORD}@127.0.0.1:{early.VALKEY_PORT.number}"
    env = environment.copy_without_settings() | {
        "SECRET_KEY": "for-these-tests",
        "SECRETS_KEYS": secrets.token_urlsafe(32),
        "DATABASE_URL": database,
        "BROKER_URL": f"{valkey}/{BROKER_DATABASE}",
        "REDIS_URL": f"{valkey}/{REDIS_DATABASE}",
        "HANDLER_PACKAGES": HANDLERS_FOR_TESTS,
        "STATE_DIR": os.environ["STATE_DIR"],
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
    }
    started: list[Program] = []

    def start_one(*command: str, **further: str) -> Program:
        log = tmp_path / f"{len(started)}.log"
        started.append(Program(command, log=log, cwd=CHECKOUT, env=env | further))
        return started[-1]

    yield start_one
    for program in started:
        program.stop(grace=10)

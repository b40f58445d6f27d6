"""Measures how fast awa-pg runs the no-op task, in a database of its own on the same Postgres."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import psycopg

from bench.references import awa_app
from bench.stage import POOL_PROCESSES, Stage
from tests.support.processes import Program

DATABASE = "bench_awa"


@contextmanager
def run_workers(stage: Stage) -> Iterator[tuple[str, list[Program]]]:
    """Yields the address of the database, and as many workers as the platform's pool has processes."""
    url = urlsplit(stage.database_url)._replace(path=f"/{DATABASE}").geturl()
    with psycopg.connect(stage.database_url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {DATABASE}")
    asyncio.run(awa_app.migrate(url))
    with ExitStack() as stack:
        command = ("-m", "bench.references.awa_app", url)
        yield url, [stack.enter_context(stage.running("awa", *command)) for _ in range(POOL_PROCESSES)]

"""Database connections of the web processes: a pool, in which no connection is held or waited for without a bound."""

from __future__ import annotations

import select
from typing import Any, Self, TypeVar

import psycopg
from django.db import connection, connections
from psycopg.abc import PQGen

from foundation import database_limits

RV = TypeVar("RV")
# Postgres ends a statement by itself before. A server that is frozen, or behind a network that is, does not.
SILENCE_SECONDS = database_limits.WEB.statement + 1


class PooledConnection(psycopg.Connection[Any]):
    @classmethod
    def connect(cls, *args: Any, **options: Any) -> Self:
        opened = super().connect(*args, **options)
        try:
            database_limits.WEB.apply(opened)
        except BaseException:
            opened.close()
            raise
        return opened

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """Every wait for an answer comes through here. After too long a silence the connection is given up."""
        try:
            return super().wait(gen, interval, SILENCE_SECONDS if timeout is None else timeout)
        except psycopg.errors._WaitTimeout:
            if timeout is None:
                self.close()
                raise psycopg.OperationalError(
                    f"the database server said nothing for {SILENCE_SECONDS:g} s"
                ) from None
            raise

    def execute(self, query: Any, *args: Any, **options: Any) -> psycopg.Cursor[Any]:
        """Before each request the pool checks a connection by an empty query. The socket knows without asking."""
        if query != "":
            return super().execute(query, *args, **options)
        look = select.poll()
        look.register(self.fileno(), select.POLLIN)
        # An idle server says nothing: what can be read is its farewell, the end, or an error.
        if look.poll(0):
            self.close()  # otherwise the pool, which looks at its state only, would take it back as a good one
            raise psycopg.OperationalError("the server closed the connection while it was idle")
        return self.cursor()


MAX_CONNECTIONS = 20
# While Postgres is away, callers are told within three seconds; an attempt to connect is given up soon, because
# the next request starts a fresh one, while the pool's own pauses between attempts would grow.
POOL = {
    "connection_class": PooledConnection,
    "min_size": 1,
    "max_size": MAX_CONNECTIONS,
    "timeout": 3,
    "max_idle": 300,
    "reconnect_timeout": 2,
}


def share_connections() -> None:
    """Each request may have a thread of its own: connections must come from a pool to be used again."""
    database = connections.settings["default"]
    database["CONN_MAX_AGE"] = 0
    database["OPTIONS"] = {**database["OPTIONS"], "pool": POOL}


def release_connection() -> None:
    """Gives this thread's connection back to the pool. Call it before work that takes long and asks no database.

    The next query takes one again. Within a transaction nothing happens: that needs its connection.
    """
    if connection.settings_dict["OPTIONS"].get("pool") and not connection.in_atomic_block:
        connection.close()

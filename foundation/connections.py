"""Pools the database connections of web processes, and limits how long they wait for a connection or for an answer."""

from __future__ import annotations

import select
from typing import Any, Self

import psycopg
from django.db import connection, connections

from foundation import database_limits
from foundation.bounded_connection import BoundedConnection


class PooledConnection(BoundedConnection):
    """Connects to Postgres with the timeouts of web processes, and closes itself if the server stops answering."""

    @classmethod
    def connect(cls, *args: Any, **options: Any) -> Self:
        opened = super().connect(*args, **options)
        try:
            database_limits.WEB.apply(opened)
        except BaseException:
            opened.close()
            raise
        return opened

    def execute(self, query: Any, *args: Any, **options: Any) -> psycopg.Cursor[Any]:
        """Runs a statement. For an empty one, with which the pool checks an idle connection, only polls the socket."""
        if query != "":
            return super().execute(query, *args, **options)
        poll = select.poll()
        poll.register(self.fileno(), select.POLLIN)
        # An idle server sends nothing: if there is something to read, it is a shutdown message, EOF or an error.
        if poll.poll(0):
            self.close()  # the pool only checks the connection's state, and would otherwise take it back as usable
            raise psycopg.OperationalError("the server closed the connection while it was idle")
        return self.cursor()


MAX_CONNECTIONS = 20
# While Postgres is away, callers get an error within 3 s; the next request tries to connect, the pool itself backs off.
POOL = {
    "connection_class": PooledConnection,
    "min_size": 1,
    "max_size": MAX_CONNECTIONS,
    "timeout": 3,
    "max_idle": 300,
    "reconnect_timeout": 2,
}


def share_connections() -> None:
    """Makes Django take this process's connections from a pool, because each request may run in a new thread."""
    database = connections.settings["default"]
    database["CONN_MAX_AGE"] = 0
    database["OPTIONS"] = {**database["OPTIONS"], "pool": POOL}


def release_connection() -> None:
    """Returns this thread's connection to the pool, if any, until its next query; does nothing in a transaction."""
    if connection.settings_dict["OPTIONS"].get("pool") and not connection.in_atomic_block:
        connection.close()

"""Database connections of the web processes."""

from __future__ import annotations

import select
from typing import Any

import psycopg
from django.db import connections


class PooledConnection(psycopg.Connection[Any]):
    """Before each request the pool checks a connection by an empty query. The socket knows without asking."""

    def execute(self, query: Any, *args: Any, **options: Any) -> psycopg.Cursor[Any]:
        if query != "":
            return super().execute(query, *args, **options)
        look = select.poll()
        look.register(self.fileno(), select.POLLIN)
        # An idle server says nothing: what can be read is its farewell, the end, or an error.
        if look.poll(0):
            self.close()  # otherwise the pool, which looks at its state only, would take it back as a good one
            raise psycopg.OperationalError("the server closed the connection while it was idle")
        return self.cursor()


MOST_CONNECTIONS = 20
# While Postgres is away, callers are told within three seconds; an attempt to connect is given up soon, because
# the next request starts a fresh one, while the pool's own pauses between attempts would grow.
POOL = {
    "connection_class": PooledConnection,
    "min_size": 1,
    "max_size": MOST_CONNECTIONS,
    "timeout": 3,
    "max_idle": 300,
    "reconnect_timeout": 2,
}


def share_connections() -> None:
    """Each request may have a thread of its own: connections must come from a pool to be used again."""
    database = connections.settings["default"]
    database["CONN_MAX_AGE"] = 0
    database["OPTIONS"] = {**database["OPTIONS"], "pool": POOL}

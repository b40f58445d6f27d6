"""Database connections of the web processes."""

from __future__ import annotations

from django.db import connections

# While Postgres is away, callers are told within three seconds; an attempt to connect is given up soon, because
# the next request starts a fresh one, while the pool's own pauses between attempts would grow.
POOL = {"min_size": 1, "max_size": 20, "timeout": 3, "max_idle": 300, "reconnect_timeout": 2}


def share_connections() -> None:
    """Each request may have a thread of its own: connections must come from a pool to be used again."""
    database = connections.settings["default"]
    database["CONN_MAX_AGE"] = 0
    database["OPTIONS"] = {**database["OPTIONS"], "pool": POOL}

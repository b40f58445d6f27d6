"""Defines database connections that do not wait for ever for a server that has stopped answering."""

from __future__ import annotations

from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen

from foundation import database_limits

RV = TypeVar("RV")
# Postgres ends a statement before that (statement_timeout), unless the server or the network is frozen.
SILENCE_SECONDS = database_limits.WEB.statement + 1


class BoundedConnection(psycopg.Connection[Any]):
    """Closes itself if the server does not answer within SILENCE_SECONDS."""

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """Waits for the server's answer; after SILENCE_SECONDS closes the connection and raises OperationalError."""
        try:
            return super().wait(gen, interval, SILENCE_SECONDS if timeout is None else timeout)
        except psycopg.errors._WaitTimeout:
            if timeout is None:
                self.close()
                silence = f"the database server said nothing for {SILENCE_SECONDS:g} s"
                raise psycopg.OperationalError(silence) from None
            raise

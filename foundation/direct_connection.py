"""Connects to Postgres past a pool that pools by transaction (DATABASE_DIRECT_URL), for what needs a whole session."""

from __future__ import annotations

import uuid
from typing import Any

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections

# Postgres delivers within milliseconds, unless the machine is busy.
DELIVERY_SECONDS = 3.0
OTHER_DATABASE = (
    "DATABASE_DIRECT_URL leads to another database than DATABASE_URL, or to a pool by transaction: "
    "what is notified there does not arrive here. Let both lead to one database, DATABASE_DIRECT_URL past the pool."
)


class OtherDatabase(SystemExit):
    """Ends the process with one sentence: DATABASE_DIRECT_URL and DATABASE_URL do not lead to the same database."""

    def __init__(self) -> None:
        super().__init__(OTHER_DATABASE)


def open_direct_connection() -> psycopg.Connection[Any]:
    """Opens a connection to DATABASE_DIRECT_URL, in autocommit mode. Raises psycopg.Error."""
    own = connections.create_connection(DEFAULT_DB_ALIAS)
    own.settings_dict = {**own.settings_dict, **settings.DIRECT_DATABASE}
    return psycopg.connect(**{**own.get_connection_params(), "autocommit": True})


def require_same_database(direct: psycopg.Connection[Any]) -> None:
    """Raises OtherDatabase unless `direct` receives what this thread's Django connection notifies.

    Nothing else proves it as well: copies of a cluster have its identifier, and its databases' names and numbers.
    """
    channel = f"restjobscheduler_{uuid.uuid4().hex}"
    direct.execute(f"LISTEN {channel}".encode())
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, '')", [channel])
        if not list(direct.notifies(timeout=DELIVERY_SECONDS, stop_after=1)):
            raise OtherDatabase
    finally:
        direct.execute(f"UNLISTEN {channel}".encode())


def connect_past_the_pool() -> None:
    """Makes this process use DATABASE_DIRECT_URL from now on: migrations need one session. Does nothing without a pool.

    Raises OtherDatabase, or psycopg.Error if the server is unavailable. If only the pool is unavailable, nothing shows
    that both lead to the same database, and the direct connection is used all the same.
    """
    if not settings.POOLS_TRANSACTIONS:
        return
    with open_direct_connection() as direct:
        try:
            connection.ensure_connection()
        except OperationalError:
            pass
        else:
            require_same_database(direct)
    connection.close()
    connections.settings[DEFAULT_DB_ALIAS].update(settings.DIRECT_DATABASE, DISABLE_SERVER_SIDE_CURSORS=False)
    with connection.cursor() as cursor:
        # The role may have time limits, which are for the pool.
        cursor.execute("SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0")

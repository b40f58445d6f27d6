"""Sets Postgres timeouts for statements, locks and idle transactions, with different values for each kind of process.

They are set by a statement on each new connection, because PgBouncer refuses them as startup parameters. Migrations,
and connections that job handlers use, have no such timeouts. In a pool by transaction they would reach other clients:
there the pool or the role sets them, the same for all (jobs/dispatcher/pool_limits.py checks that).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import Any

import psycopg
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.backends.signals import connection_created

_UID = "database_limits"
GONE_AFTER_SECONDS = 2
_LIMIT = "SELECT current_setting('statement_timeout'), set_config('statement_timeout', %s, %s)"
_NOTICE_THE_END = f"""SELECT set_config('client_connection_check_interval', '{GONE_AFTER_SECONDS}s', false)
    WHERE current_setting('client_connection_check_interval', true) IS NOT NULL"""


@dataclass(frozen=True, slots=True)
class Limits:
    """Holds Postgres timeouts in seconds: for a statement, for its wait for a lock, and for an idle transaction."""

    statement: float
    lock: float
    idle_in_transaction: float

    def apply(self, raw: psycopg.Connection[Any]) -> None:
        """Sets the timeouts on a new database connection, with one statement, and turns off JIT compilation.

        Does nothing in a pool by transaction.
        """
        if settings.POOLS_TRANSACTIONS:
            return
        seconds = {
            "statement_timeout": self.statement,
            "lock_timeout": self.lock,
            "idle_in_transaction_session_timeout": self.idle_in_transaction,
        }
        wanted = {name: f"{value * 1000:.0f}" for name, value in seconds.items()}
        # To compile a plan over many partitions takes longer than any of our statements.
        wanted["jit"] = "off"
        calls = ", ".join(f"set_config('{name}', '{value}', false)" for name, value in wanted.items())
        raw.execute(f"SELECT {calls}".encode())
        if not raw.autocommit:
            raw.commit()


# A caller gets an answer within ten seconds: three for a connection, six for statements, one for the network.
WEB = Limits(statement=6, lock=3, idle_in_transaction=10)
# Its watchdog ends it after 30 s without progress. If it freezes within a transaction, its locks must be released.
DISPATCHER = Limits(statement=20, lock=5, idle_in_transaction=5)
# Its statements are short. It renews leases every five seconds, and must notice soon if it cannot.
WORKER = Limits(statement=10, lock=5, idle_in_transaction=10)
# A person waits who can press Ctrl-C; a command may work on all stored rows.
COMMANDS = Limits(statement=300, lock=10, idle_in_transaction=60)


def limit_new_connections(limits: Limits) -> None:
    """Sets the timeouts in `limits` on each connection that this process and its forked children open from now on.

    Connections of a pool are left out: PooledConnection in connections.py sets its own timeouts.
    """

    def apply(connection: Any, **_: Any) -> None:
        if not connection.settings_dict["OPTIONS"].get("pool"):
            limits.apply(connection.connection)

    lift_limits()  # Django ignores a second receiver of the same dispatch_uid
    connection_created.connect(apply, weak=False, dispatch_uid=_UID)


@contextmanager
def limit_statements(seconds: float) -> Iterator[None]:
    """Lets no statement run longer than this meanwhile; within a transaction, one that does ends the transaction."""
    local = settings.POOLS_TRANSACTIONS
    with transaction.atomic(savepoint=False) if local else nullcontext(), connection.cursor() as cursor:
        cursor.execute(_LIMIT, [f"{seconds * 1000:.0f}", local])
        before = cursor.fetchone()[0]
        try:
            yield
        finally:
            # Else the connection is lost, or a rollback undoes the limit.
            with suppress(DatabaseError):
                cursor.execute(_LIMIT, [before, local])


def lift_limits() -> None:
    """Undoes `limit_new_connections` for later connections, because in a handler process job handlers use them."""
    connection_created.disconnect(dispatch_uid=_UID)


def end_statements_with_this_process() -> None:
    """Makes Postgres cancel what runs on connections that this process opens from now on, once the process is dead.

    Otherwise the long statement of a killed job handler would run on and keep its locks. Does nothing on Postgres
    before 14, if Postgres runs on a system where it cannot notice that a client is gone, or in a pool by transaction.
    """

    def apply(connection: Any, **_: Any) -> None:
        with suppress(psycopg.Error):
            connection.connection.execute(_NOTICE_THE_END)

    if not settings.POOLS_TRANSACTIONS:
        connection_created.connect(apply, weak=False, dispatch_uid=_UID)

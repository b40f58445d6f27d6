"""How long Postgres may work or wait for one of our statements, a kind of process.

Set on each connection after it was made: PgBouncer refuses them as startup parameters. Never on the connections that
handlers use, and not for migrations.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db.backends.signals import connection_created

_UID = "database_limits"
GONE_AFTER_SECONDS = 2
_NOTICE_THE_END = f"""SELECT set_config('client_connection_check_interval', '{GONE_AFTER_SECONDS}s', false)
    WHERE current_setting('client_connection_check_interval', true) IS NOT NULL"""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds: for a statement, for its wait for a lock, and for a transaction in which nothing happens."""

    statement: float
    lock: float
    idle_in_transaction: float

    def apply(self, raw: psycopg.Connection[Any]) -> None:
        """To a connection that was just made: one round trip."""
        wanted = {
            "statement_timeout": self.statement,
            "lock_timeout": self.lock,
            "idle_in_transaction_session_timeout": self.idle_in_transaction,
        }
        calls = ", ".join(
            f"set_config('{name}', '{seconds * 1000:.0f}', false)" for name, seconds in wanted.items()
        )
        raw.execute(f"SELECT {calls}".encode())
        if not raw.autocommit:
            raw.commit()


# A caller is answered within ten seconds: three for a connection, six here, one for the way.
WEB = Limits(statement=6, lock=3, idle_in_transaction=10)
# Its watchdog ends it after 30 s without progress. One that is frozen within a transaction must not hold its locks.
DISPATCHER = Limits(statement=20, lock=5, idle_in_transaction=5)
# Its statements are short; its leases are renewed every five seconds, and it must know soon that it cannot.
WORKER = Limits(statement=10, lock=5, idle_in_transaction=10)
# Somebody waits who can press Ctrl-C, and may work on everything that is stored.
COMMANDS = Limits(statement=300, lock=10, idle_in_transaction=60)


def limit_new_connections(limits: Limits) -> None:
    """For this process and its children from now on. A pool's connections have theirs already (connections.py)."""

    def apply(connection: Any, **_: Any) -> None:
        if not connection.settings_dict["OPTIONS"].get("pool"):
            limits.apply(connection.connection)

    lift_limits()  # a second receiver of the same name would not be heard
    connection_created.connect(apply, weak=False, dispatch_uid=_UID)


def lift_limits() -> None:
    """For connections that this process makes from now on: they are a handler's."""
    connection_created.disconnect(dispatch_uid=_UID)


def end_statements_with_this_process() -> None:
    """Have Postgres look, while it works for a new connection of this process, whether the process is still there.

    A handler that is ended in the midst of a long statement would leave it at work, with its locks. Where Postgres is
    older than 14 or cannot ask its system, nothing is set.
    """

    def apply(connection: Any, **_: Any) -> None:
        with suppress(psycopg.Error):
            connection.connection.execute(_NOTICE_THE_END)

    connection_created.connect(apply, weak=False, dispatch_uid=_UID)

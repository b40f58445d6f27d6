"""Classifies database errors, of Django or psycopg, by SQLSTATE instead of by their Python class.

An error has at most one of four kinds: the server is unavailable, the statement timed out, the database refused a
value, or the statement does not fit the schema. An error of none of these kinds is a bug.
"""

from __future__ import annotations

import django.db
import psycopg

_ADMIN_SHUTDOWN, _CRASH_SHUTDOWN, _CANNOT_CONNECT_NOW, _DATABASE_DROPPED = "57P01", "57P02", "57P03", "57P04"
_IDLE_SESSION, _IDLE_IN_TRANSACTION, _TRANSACTION_TOO_LONG = "57P05", "25P03", "25P04"
_READ_ONLY = "25006"  # the old primary after a failover: another connection leads to the new one
_GONE = {
    _ADMIN_SHUTDOWN, _CRASH_SHUTDOWN, _CANNOT_CONNECT_NOW, _DATABASE_DROPPED,
    _IDLE_SESSION, _IDLE_IN_TRANSACTION, _TRANSACTION_TOO_LONG, _READ_ONLY,
}  # fmt: skip
# Classes: connection, authorization, unknown database, resources used up, operator intervention, system error.
_GONE_CLASSES = {"08", "28", "3D", "53", "58"}

_QUERY_CANCELED, _LOCK_NOT_AVAILABLE = "57014", "55P03"
_SERIALIZATION_FAILURE, _DEADLOCK = "40001", "40P01"
_GAVE_UP = {_QUERY_CANCELED, _LOCK_NOT_AVAILABLE, _SERIALIZATION_FAILURE, _DEADLOCK}

# Classes: data exception, integrity constraint, program limit (a row or an index entry that is too large).
_REFUSED_CLASSES = {"22", "23", "54"}

# Undefined table, column, function, object, schema; a column's type that is another than the statement expects.
_UNKNOWN_NAMES = {"42P01", "42703", "42883", "42704", "3F000", "42804"}

_UNSENT = (
    django.db.OperationalError, django.db.InterfaceError, psycopg.OperationalError, psycopg.InterfaceError,
)  # fmt: skip


def is_unreachable(exc: BaseException) -> bool:
    """Returns whether the database server is unavailable or the connection is lost.

    The statement may succeed later on a new connection. A server that has no free connections, memory or
    disk space, or is read-only, counts as unavailable.
    """
    state = sqlstate(exc)
    if state is None:
        return isinstance(exc, _UNSENT)
    return state in _GONE or state[:2] in _GONE_CLASSES


def is_timeout(exc: BaseException) -> bool:
    """Returns whether Postgres gave up on the statement: a timeout, a deadlock or a serialization failure.

    The statement changed nothing, and the connection still works.
    """
    return sqlstate(exc) in _GAVE_UP


def is_temporary(exc: BaseException) -> bool:
    """Returns whether the same statement may succeed later, which holds if `is_unreachable` or `is_timeout` does."""
    return is_unreachable(exc) or is_timeout(exc)


def is_refused_value(exc: BaseException) -> bool:
    """Returns whether the database never accepts a value: it has a wrong type, is too large or breaks a constraint."""
    state = sqlstate(exc)
    if state is None:
        # psycopg itself refuses some values before anything is sent, such as a text with a NUL.
        return isinstance(exc, django.db.DataError | psycopg.DataError)
    return state[:2] in _REFUSED_CLASSES


def is_schema_mismatch(exc: BaseException) -> bool:
    """Returns whether the statement expects a table, column, function or type that the database does not have."""
    return sqlstate(exc) in _UNKNOWN_NAMES


def sqlstate(exc: BaseException) -> str | None:
    """Returns the SQLSTATE of the error, a code of five characters; None if the error did not come from the server."""
    cause: BaseException | None = exc
    while cause is not None:
        if isinstance(cause, psycopg.Error):
            return cause.sqlstate
        cause = cause.__cause__ if isinstance(cause, django.db.Error) else None
    return None


def describe(exc: BaseException) -> str:
    """Returns the error as one line for a log: its kind, and the first line of the database's message."""
    if is_unreachable(exc):
        kind = "database away"
    elif is_timeout(exc):
        kind = "database busy"
    elif is_refused_value(exc):
        kind = "database refused a value"
    elif is_schema_mismatch(exc):
        kind = "database has another schema"
    else:
        kind = "database refused a statement"
    return f"{kind}: {first_line(exc)}"


def first_line(exc: BaseException) -> str:
    """Returns the first line of an error's message, without the excerpt of the SQL; its class name if empty."""
    return (str(exc).strip().splitlines() or [type(exc).__name__])[0]

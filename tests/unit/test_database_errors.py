"""Errors of the database are classified: unreachable, timed out, refused value, or another schema."""

from __future__ import annotations

import django.db
import psycopg
import psycopg.errors
import psycopg_pool
import pytest

from foundation import database_errors
from foundation.database_errors import describe, first_line, is_temporary, sqlstate

KINDS = ("is_unreachable", "is_timeout", "is_refused_value", "is_schema_mismatch")


def kinds(exc: BaseException) -> list[str]:
    return [kind for kind in KINDS if getattr(database_errors, kind)(exc)]


def as_django_raises(cause: psycopg.Error) -> django.db.Error:
    """Django wraps psycopg's errors in its own class of the same name."""
    for name in ("IntegrityError", "DataError", "OperationalError", "InternalError", "ProgrammingError"):
        if isinstance(cause, getattr(psycopg, name)):
            wrapped: django.db.Error = getattr(django.db, name)(*cause.args)
            wrapped.__cause__ = cause
            return wrapped
    wrapped = django.db.InterfaceError(*cause.args)
    wrapped.__cause__ = cause
    return wrapped


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("08006", "is_unreachable"),
        ("28P01", "is_unreachable"),
        ("3D000", "is_unreachable"),
        ("53300", "is_unreachable"),
        ("53100", "is_unreachable"),
        ("57P01", "is_unreachable"),
        ("57P03", "is_unreachable"),
        ("25P03", "is_unreachable"),
        ("25006", "is_unreachable"),
        ("58030", "is_unreachable"),
        ("57014", "is_timeout"),
        ("55P03", "is_timeout"),
        ("40P01", "is_timeout"),
        ("40001", "is_timeout"),
        ("22P05", "is_refused_value"),
        ("22003", "is_refused_value"),
        ("23505", "is_refused_value"),
        ("23514", "is_refused_value"),
        ("54000", "is_refused_value"),
        ("42P01", "is_schema_mismatch"),
        ("42703", "is_schema_mismatch"),
        ("42883", "is_schema_mismatch"),
        ("42601", None),
        ("25P02", None),
        ("0A000", None),
        ("XX000", None),
        ("42501", None),
    ],
)
def test_the_code_alone_decides_whoever_raises_it(code: str, kind: str | None) -> None:
    cause = psycopg.errors.lookup(code)("the server's words")
    expected = [kind] if kind else []
    assert (kinds(cause), kinds(as_django_raises(cause))) == (expected, expected)
    assert is_temporary(cause) is (kind in ("is_unreachable", "is_timeout"))


@pytest.mark.parametrize(
    "exc",
    [
        psycopg.OperationalError("connection refused"),
        psycopg.errors.ConnectionTimeout("connection timeout expired"),
        psycopg.InterfaceError("the cursor is closed"),
        psycopg_pool.PoolTimeout("couldn't get a connection after 3.00 sec"),
        django.db.OperationalError("consuming input failed: EOF detected"),
        django.db.InterfaceError("connection already closed"),
        as_django_raises(psycopg.OperationalError("the connection is lost")),
    ],
)
def test_without_an_answer_of_the_server_it_cannot_be_reached(exc: Exception) -> None:
    assert (kinds(exc), sqlstate(exc)) == (["is_unreachable"], None)


def test_a_value_that_psycopg_cannot_send_is_refused_as_if_by_the_server() -> None:
    cause = psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    assert kinds(cause) == kinds(as_django_raises(cause)) == ["is_refused_value"]


@pytest.mark.parametrize(
    "exc",
    [
        ValueError("no number"),
        django.db.transaction.TransactionManagementError("a query in a broken transaction"),
        django.db.ProgrammingError("the query has 2 placeholders but 1 parameters were passed"),
        ConnectionRefusedError("not the database's"),
    ],
)
def test_other_errors_are_of_no_kind(exc: Exception) -> None:
    assert kinds(exc) == []


def test_an_error_that_only_came_of_one_of_the_database_is_not_taken_for_it() -> None:
    error = RuntimeError("a bug on the way")
    error.__cause__ = psycopg.OperationalError("connection refused")
    assert kinds(error) == []


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("57P01", "database away: words"),
        ("57014", "database busy: words"),
        ("23505", "database refused a value: words"),
        ("42703", "database has another schema: words"),
        ("42601", "database refused a statement: words"),
    ],
)
def test_only_a_database_that_is_away_is_called_away(code: str, line: str) -> None:
    assert describe(psycopg.errors.lookup(code)("words")) == line


def test_a_line_for_the_log_has_no_statement_in_it() -> None:
    assert first_line(psycopg.errors.UndefinedColumn('column "x" is not there\nLINE 1: SELECT x')) == (
        'column "x" is not there'
    )
    assert first_line(django.db.OperationalError()) == "OperationalError"

"""In a pool by transaction statements leave nothing in the session, and missing time limits are said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from pytest_django import Settings

from foundation import prepared
from foundation.database_limits import (
    COMMANDS,
    end_statements_with_this_process,
    lift_limits,
    limit_new_connections,
    limit_statements,
)
from jobs.dispatcher.pool_limits import TIME_LIMITS, PoolLimits

pytestmark = pytest.mark.django_db(transaction=True)
PLAN = "SELECT current_setting('enable_seqscan'), current_setting('jit'), %s::int"


@pytest.fixture(autouse=True)
def _pooled(settings: Settings) -> Iterator[None]:
    settings.POOLS_TRANSACTIONS = True
    before = connection.settings_dict
    connection.close()
    options = {**before["OPTIONS"], "prepare_threshold": None}
    connection.settings_dict = {**before, "OPTIONS": options, "DISABLE_SERVER_SIDE_CURSORS": True}
    yield
    connection.close()
    connection.settings_dict = before


def read(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def test_nothing_is_prepared() -> None:
    for _ in range(10):
        assert prepared.fetch("SELECT %s::int", [1]) == [(1,)]
        prepared.fetch_by_index(PLAN, [1])
    assert read("SELECT count(*) FROM pg_prepared_statements") == 0


def test_the_planner_is_told_for_this_statement_alone() -> None:
    before = read("SHOW enable_seqscan"), read("SHOW jit")
    assert prepared.fetch_by_index(PLAN, [7]) == [("off", "off", 7)]
    assert (read("SHOW enable_seqscan"), read("SHOW jit")) == before


def test_the_planner_is_told_within_a_transaction_too() -> None:
    with transaction.atomic():
        assert prepared.fetch_by_index(PLAN, [7]) == [("off", "off", 7)]
    assert read("SHOW enable_seqscan") == "on"


def test_a_statement_that_fails_leaves_a_usable_connection() -> None:
    with pytest.raises(Exception, match="division by zero"):
        prepared.fetch_by_index("SELECT 1 / %s::int", [0])
    assert prepared.fetch_by_index(PLAN, [8]) == [("off", "off", 8)]


def test_a_limit_for_single_statements_ends_with_its_block() -> None:
    with limit_statements(0.1), pytest.raises(OperationalError, match="statement timeout"):
        read("SELECT pg_sleep(10)")
    assert read("SHOW statement_timeout") == "0"
    with limit_statements(60):
        assert read("SHOW statement_timeout") == "1min"
    assert read("SHOW statement_timeout") == "0"


def test_no_process_sets_time_limits_of_its_own() -> None:
    connection.close()
    limit_new_connections(COMMANDS)
    end_statements_with_this_process()
    try:
        assert read("SHOW statement_timeout") == "0"
        assert read("SHOW client_connection_check_interval") == "0"
    finally:
        lift_limits()


def test_missing_time_limits_are_said_with_the_remedy() -> None:
    limits = PoolLimits()
    problem = limits.check()
    assert problem is not None
    assert all(name in problem.detail for name in TIME_LIMITS)
    assert "connect_query" in problem.detail
    for name in TIME_LIMITS:
        read(f"SELECT set_config('{name}', '5s', false)")
    assert limits.check() is None

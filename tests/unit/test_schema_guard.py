"""A running process notices that the schema no longer fits its code."""

from __future__ import annotations

import logging
import queue
from typing import Any

import pytest
from django.db import OperationalError

from foundation import schema, schema_guard
from foundation.schema import Problem

PROBLEM = Problem("The schema went away.")
PATIENCE = 30


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> queue.Queue[Any]:
    """Holds what each check finds; the watching thread waits here for the next."""
    found: queue.Queue[Any] = queue.Queue()

    def check() -> Problem | None:
        answer: Problem | Exception | None = found.get(timeout=PATIENCE)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(schema, "check", check)
    monkeypatch.setattr(schema_guard, "AWAY_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(schema_guard, "MIN_PAUSE_SECONDS", 0)
    return found


def test_it_says_why_and_ends_the_process_once(checks, caplog):
    ended = queue.Queue()
    checks.put(PROBLEM)
    with caplog.at_level(logging.CRITICAL):
        unfit = schema_guard.watch(lambda: ended.put("ended"))
        assert ended.get(timeout=PATIENCE) == "ended"
    assert unfit.is_set()
    assert [record.getMessage() for record in caplog.records] == ["ending: The schema went away."]


def test_a_request_makes_it_check_at_once(checks, monkeypatch):
    monkeypatch.setattr(schema_guard, "CHECK_INTERVAL_SECONDS", 24 * 3600)
    ended = queue.Queue()
    unfit = schema_guard.watch(lambda: ended.put("ended"))
    checks.put(None)
    checks.put(PROBLEM)
    with pytest.raises(queue.Empty):
        ended.get(timeout=0.5)
    schema_guard.check_soon()
    assert ended.get(timeout=PATIENCE) == "ended"
    assert unfit.is_set()


def test_a_database_that_is_away_is_checked_again(checks, monkeypatch):
    monkeypatch.setattr(schema_guard, "CHECK_INTERVAL_SECONDS", 24 * 3600)
    ended = queue.Queue()
    for found in (OperationalError("connection refused"), OperationalError("starting up"), PROBLEM):
        checks.put(found)
    schema_guard.watch(lambda: ended.put("ended"))
    assert ended.get(timeout=PATIENCE) == "ended"

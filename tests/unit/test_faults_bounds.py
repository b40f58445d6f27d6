"""The bounds of the fault tests can be missed: what is worse than promised is told, and the worst is what counts."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.faults import bounds
from tests.faults.bounds import Bounds, Window, note_lateness
from tests.faults.pace import Pace

BEGAN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def ledger(*rows: tuple[float, float]) -> Any:
    """(when it was due, in seconds after the fault began; how late it was handed over)"""
    found = [{"due": BEGAN + timedelta(seconds=due), "late": late} for due, late in rows]
    return SimpleNamespace(execute=lambda _: SimpleNamespace(fetchall=lambda: found))


def fault(*names: str, began: float = 0, ended: float = 10) -> Window:
    return Window(BEGAN + timedelta(seconds=began), BEGAN + timedelta(seconds=ended), names)


class Steady(Pace):
    """A machine that is so many times as slow as one with nothing else to do."""

    def __init__(self, slowness: float = 1.0) -> None:
        super().__init__()
        self._slowness = slowness

    def slowness(self, *, over: float = float("inf")) -> float:
        return self._slowness


def test_the_worst_of_all_is_reported() -> None:
    found = Bounds(Steady())
    for seconds, when in ((3.0, "first"), (44.0, "second"), (5.0, "third")):
        found.note(bounds.LOST, seconds, when)
    (line,) = [line for line in found.report() if line.startswith(bounds.LOST)]
    assert "longest 44.0 s of 3 (promised 45 s)" in line
    assert line.endswith("second")
    assert found.violations() == []


def test_more_than_promised_is_a_violation() -> None:
    found = Bounds(Steady())
    found.note(bounds.LOST, 46, "once")
    assert len(found.violations()) == 1


def test_what_a_busy_machine_explains_is_none() -> None:
    found = Bounds(Steady(11.0))
    found.note(bounds.LOST, 75, "on a busy machine")
    assert found.violations() == []
    found.note(bounds.LOST, 76, "for another reason")
    assert len(found.violations()) == 1


def test_what_was_never_measured_is_not_passed_off_as_good() -> None:
    assert all("not measured" in line for line in Bounds(Steady()).report())


def test_the_pace_tells_a_machine_at_work_from_one_that_does_other_things() -> None:
    pace = Pace()
    assert pace.slowness() == 1.0
    pace._samples = [(time.monotonic() - 60, 5.0), (time.monotonic(), 1.5), (time.monotonic(), 2.5)]
    assert pace.slowness(over=10) == 2.0
    assert pace.slowness() == 3.0


@pytest.mark.parametrize(
    ("due", "window", "what"),
    [
        (-5, fault("redis_freezes"), bounds.LATE_IN_CALM),
        (5, fault("redis_freezes"), bounds.LATE),
        (15, fault("a_beat_is_killed", "redis_is_killed"), bounds.LATE),
        (5, fault("redis_freezes", "both_workers_are_killed"), None),
        (5, fault("postgres_restarts"), None),
        (30, fault("redis_freezes"), None),
        (71, fault("postgres_restarts"), bounds.LATE_IN_CALM),
    ],
)
def test_a_recurring_job_is_late_for_the_reason_that_was_there(
    due: float, window: Window, what: str | None
) -> None:
    found = Bounds(Steady())
    note_lateness(found, ledger((due, 2.0)), [window])
    assert list(found.measured) == ([what] if what else [])


def test_what_another_fault_may_have_caused_is_not_blamed_on_redis() -> None:
    found = Bounds(Steady())
    windows = [fault("postgres_restarts", began=-30, ended=-20), fault("redis_freezes")]
    note_lateness(found, ledger((5, 30.0)), windows)
    assert found.measured == {}

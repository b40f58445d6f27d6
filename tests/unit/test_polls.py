"""A dispatcher polls twice a second; slow polls are made aside and less often, so that no claim waits for them."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError

from jobs.dispatch_messages import Poll
from jobs.dispatcher import polls as module
from jobs.dispatcher.due_lanes import DueLanes
from jobs.dispatcher.polls import POLL_SECONDS, Polls
from jobs.lanes import Lane

NOW = datetime(2026, 11, 29, tzinfo=UTC)
KNOWN, NEW = Lane("default", False, 0, "known"), Lane("default", False, 0, "new")
FAST, SLOW, VERY_SLOW = 0.001, 0.05, 4.0


class World:
    """Stands for the database, the clock and the thread's wake-up."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        self.seconds = FAST  # that a poll takes
        self.began: list[float] = []
        self.goes_on = threading.Event()
        self.goes_on.set()
        self.woken = threading.Event()
        self.error: Exception | None = None
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: self.now))
        monkeypatch.setattr("jobs.dispatcher.due_lanes.time", SimpleNamespace(monotonic=lambda: self.now))
        monkeypatch.setattr(module, "dispatch_messages", SimpleNamespace(poll=self.poll))
        monkeypatch.setattr(module, "wakeup", SimpleNamespace(wake_dispatchers=self.wake, ROOM={}))
        monkeypatch.setattr(module, "connection", SimpleNamespace(close=self.woken.set))

    def poll(self) -> Any:
        at = self.now
        self.began.append(at)
        assert self.goes_on.wait(60)
        if self.error:
            raise self.error
        self.now += self.seconds
        return Poll(NOW, at, {KNOWN: NOW}, [], [])

    def wake(self, _: object) -> None:
        """The connection is closed right after it."""


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


@pytest.fixture
def polls(world: World) -> Polls:
    return Polls(DueLanes())


def poll_aside(polls: Polls, world: World) -> None:
    """A poll after a slow one, to its end."""
    world.woken.clear()
    polls.is_wanted = True
    world.now = max(world.now, polls.due_at())
    assert polls.run_once() is None
    assert world.woken.wait(60)


def begin_aside(polls: Polls, world: World) -> None:
    """A poll after a slow one, which does not end before `goes_on`."""
    world.seconds = SLOW
    polls.run_once()
    world.goes_on.clear()
    polls.is_wanted = True
    world.now = polls.due_at()
    assert polls.run_once() is None


def test_the_next_regular_poll_comes_half_a_second_after_a_fast_one(polls: Polls, world: World) -> None:
    assert polls.run_once()
    world.now = world.began[0] + POLL_SECONDS - 0.01
    assert polls.run_once() is None
    world.now = world.began[0] + POLL_SECONDS
    assert polls.run_once()


def test_a_poll_that_is_asked_for_comes_at_once_after_a_fast_one(polls: Polls, world: World) -> None:
    polls.run_once()
    polls.is_wanted = True
    assert polls.run_once()
    assert not polls.is_wanted


@pytest.mark.parametrize(
    ("seconds", "next_after", "next_asked_after"),
    [(SLOW, SLOW * 50, SLOW * 10), (VERY_SLOW, 5, 1)],
    ids=["slow", "very slow"],
)
def test_after_a_slow_poll_others_come_later_up_to_a_bound(
    polls: Polls, world: World, seconds: float, next_after: float, next_asked_after: float
) -> None:
    world.seconds = seconds
    polls.run_once()
    assert polls.due_at() - world.began[0] == pytest.approx(next_after)
    polls.is_wanted = True
    assert polls.due_at() - world.began[0] == pytest.approx(next_asked_after)


def test_a_poll_after_a_slow_one_holds_up_nothing(polls: Polls, world: World) -> None:
    begin_aside(polls, world)
    assert polls.due_at() == world.now + module.MAX_ASIDE_SECONDS
    assert polls.run_once() is None
    world.goes_on.set()
    assert world.woken.wait(60)
    found = polls.run_once()
    assert found is not None
    assert polls.newest is found
    assert len(world.began) == 2


def test_jobs_added_while_a_poll_runs_aside_are_not_forgotten(polls: Polls, world: World) -> None:
    begin_aside(polls, world)
    polls._lanes.add({NEW: NOW + timedelta(seconds=1)})
    polls.is_wanted = True  # and something may have changed that it does not see
    world.goes_on.set()
    assert world.woken.wait(60)
    polls.run_once()
    world.now += 60
    assert polls._lanes.find_due() == {"default": {KNOWN: NOW, NEW: NOW + timedelta(seconds=1)}}
    assert polls.is_wanted


def test_when_polls_are_fast_again_they_are_made_in_place(polls: Polls, world: World) -> None:
    world.seconds = SLOW
    polls.run_once()
    world.seconds = FAST
    poll_aside(polls, world)
    assert polls.run_once()
    polls.is_wanted = True
    assert polls.run_once()


def test_after_an_error_aside_the_next_poll_is_made_in_place(polls: Polls, world: World) -> None:
    world.seconds = SLOW
    polls.run_once()
    world.error = OperationalError("away")
    poll_aside(polls, world)
    polls.is_wanted = True
    with pytest.raises(OperationalError):
        polls.run_once()


def test_a_poll_that_hangs_aside_is_followed_by_one_in_place(polls: Polls, world: World) -> None:
    begin_aside(polls, world)
    world.now = polls.due_at()
    threading.Timer(0.1, world.goes_on.set).start()  # for both
    assert polls.run_once() is not None
    assert world.woken.wait(60)

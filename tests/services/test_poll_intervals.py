"""A dispatcher polls twice a second; while polls are slow, less often, so that they take a small share of the time."""

from __future__ import annotations

import pytest

from jobs import dispatch_messages
from jobs.dispatcher import queueing
from jobs.dispatcher.queueing import Queueing
from tests.factories import scheduled
from tests.services.fake_publisher import FakePublisher

pytestmark = pytest.mark.django_db
SLOW_SECONDS = 0.05


class Clock:
    """Stands for the module `time` of the dispatcher."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(queueing, "time", clock)
    monkeypatch.setattr(queueing, "SLOW_POLL_SECONDS", 0.01)
    return clock


@pytest.fixture
def polls(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """When polls began; each takes `took[0]` seconds."""
    began: list[float] = []
    poll = dispatch_messages.poll

    def noted() -> dispatch_messages.Poll:
        began.append(clock.now)
        clock.now += took[0]
        return poll()

    monkeypatch.setattr(dispatch_messages, "poll", noted)
    return began


took = [0.0]


@pytest.fixture(params=[0.001, SLOW_SECONDS], ids=["fast", "slow"])
def is_slow(request: pytest.FixtureRequest) -> bool:
    took[0] = request.param
    return bool(request.param == SLOW_SECONDS)


def test_the_next_regular_poll_comes_after_half_a_second_or_fifty_times_as_long_as_the_last(
    clock: Clock, polls: list[float], is_slow: bool
) -> None:
    dispatcher = Queueing(FakePublisher())  # type: ignore[arg-type]  # it quacks
    dispatcher.run_once()
    after = SLOW_SECONDS * 50 if is_slow else queueing.POLL_SECONDS
    clock.now = polls[0] + after - 0.01
    dispatcher.run_once({})
    assert len(polls) == 1
    clock.now = polls[0] + after + 0.01
    dispatcher.run_once({})
    assert len(polls) == 2


def test_a_poll_that_a_wake_up_asks_for_comes_at_once_or_as_soon_as_slow_ones_may(
    clock: Clock, polls: list[float], is_slow: bool
) -> None:
    dispatcher = Queueing(FakePublisher())  # type: ignore[arg-type]  # it quacks
    dispatcher.run_once()
    wait = dispatcher.run_once(None)
    if is_slow:
        assert len(polls) == 1
        assert wait == pytest.approx(SLOW_SECONDS * 9, abs=0.01)
        clock.now += wait + 0.01
        dispatcher.run_once({})
    assert len(polls) == 2


def test_however_slow_polls_are_the_next_comes_after_five_seconds_or_one_if_it_is_asked_for(
    clock: Clock, polls: list[float]
) -> None:
    took[0] = 4.0
    dispatcher = Queueing(FakePublisher())  # type: ignore[arg-type]  # it quacks
    assert dispatcher.run_once() <= queueing.POLL_SECONDS
    clock.now = polls[0] + 4.9
    dispatcher.run_once({})
    assert len(polls) == 1
    dispatcher.run_once(None)
    assert len(polls) == 2
    clock.now = polls[1] + 5.01
    dispatcher.run_once({})
    assert len(polls) == 3


def test_after_messages_that_the_broker_did_not_confirm_a_poll_comes_soon(
    clock: Clock, polls: list[float]
) -> None:
    took[0] = SLOW_SECONDS
    broker = FakePublisher()
    dispatcher = Queueing(broker)  # type: ignore[arg-type]  # it quacks
    broker.away = True
    job_id = scheduled()
    wait = dispatcher.run_once()
    broker.away = False
    clock.now += wait
    dispatcher.run_once({})
    assert (broker.published, len(polls)) == ([job_id], 2)

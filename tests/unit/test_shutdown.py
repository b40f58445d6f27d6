"""When a slot gives its job back: a signal alone does not say which kind of shutdown it is."""

from __future__ import annotations

import os
import signal

import pytest

from jobs.running import shutdown as module
from jobs.running.shutdown import MAX_UNEXPLAINED_SECONDS, WorkerShutdown


class Clock:
    now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    return clock


def test_without_a_shutdown_the_slot_goes_on(clock: Clock) -> None:
    assert not WorkerShutdown().must_slot_end()


def test_a_signal_that_nobody_explains_is_for_this_slot(clock: Clock) -> None:
    shutdown = WorkerShutdown()
    with shutdown.note_signals():
        os.kill(os.getpid(), signal.SIGTERM)
        assert not shutdown.must_slot_end()
        clock.now += MAX_UNEXPLAINED_SECONDS
        assert shutdown.must_slot_end()


def test_in_a_warm_shutdown_the_job_may_end_whatever_signals_come(clock: Clock) -> None:
    shutdown = WorkerShutdown()
    with shutdown.note_signals():
        os.kill(os.getpid(), signal.SIGTERM)
        shutdown.note("Warm")
        clock.now += 60
        assert not shutdown.must_slot_end()


@pytest.mark.parametrize("before", ["", "Warm"])
def test_in_a_cold_shutdown_it_is_given_back_at_once(clock: Clock, before: str) -> None:
    shutdown = WorkerShutdown()
    if before:
        shutdown.note(before)
    shutdown.note("Cold")
    assert shutdown.must_slot_end()


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2])
def test_a_slot_ignores_other_signals(clock: Clock, number: signal.Signals) -> None:
    shutdown = WorkerShutdown()
    with shutdown.note_signals():
        os.kill(os.getpid(), number)
        clock.now += 60
        assert not shutdown.must_slot_end()


def test_handlers_of_signals_are_put_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with WorkerShutdown().note_signals():
        assert signal.getsignal(signal.SIGTERM) != before
    assert signal.getsignal(signal.SIGTERM) == before

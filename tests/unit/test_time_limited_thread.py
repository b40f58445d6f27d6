"""Code that takes too long is left behind, whatever it does."""

from __future__ import annotations

import threading

import pytest

from jobs.services.validation import TimeLimitedThread

LONG, SHORT = 60.0, 0.05


def test_work_that_ends_in_time_is_done() -> None:
    done: list[int] = []
    thread = TimeLimitedThread(lambda: done.append(1))
    assert thread.finishes_within(LONG)
    assert done == [1]
    assert not thread.is_alive()


def endless() -> None:
    while True:
        pass


def deaf() -> None:
    """Goes on once after it was told to end."""
    try:
        endless()
    except BaseException:  # noqa: BLE001 - it swallows what ends it
        return


@pytest.mark.parametrize("work", [endless, deaf])
def test_an_endless_loop_is_broken_off(work) -> None:
    thread = TimeLimitedThread(work)
    assert not thread.finishes_within(SHORT)
    thread.join(LONG)
    assert not thread.is_alive()


def test_work_that_waits_in_c_is_left_behind_and_ends_when_its_wait_does() -> None:
    gate, gone_on = threading.Lock(), threading.Event()
    gate.acquire()

    def work() -> None:
        gate.acquire()
        gone_on.set()

    thread = TimeLimitedThread(work)
    assert not thread.finishes_within(SHORT)
    assert thread.is_alive()
    gate.release()
    thread.join(LONG)
    assert not thread.is_alive()
    assert not gone_on.is_set()

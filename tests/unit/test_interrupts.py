"""A stop reaches a handler once, in its main thread, whatever its threads and child processes have seen of it."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from handlers.context import JobTerminated
from jobs.running.flags import Flags
from jobs.running.handler_loop import HandlerLoop
from jobs.running.interrupts import INTERRUPT, Interrupts


@pytest.fixture
def flags() -> Flags:
    return Flags()


@pytest.fixture
def interrupts(flags: Flags) -> Iterator[Interrupts]:
    before = signal.getsignal(INTERRUPT)
    yield Interrupts(flags)
    signal.signal(INTERRUPT, before)


def call(interrupts: Interrupts, handler: Callable[[], Any]) -> Any:
    """Calls the handler as a handler process does."""
    loop = HandlerLoop.__new__(HandlerLoop)
    loop._interrupts, loop._pid = interrupts, os.getpid()
    return loop.call_handler(lambda *_: handler(), {}, None)  # type: ignore[arg-type]  # no handler looks at it


def test_a_checkpoint_says_once_that_a_stop_was_requested(flags: Flags, interrupts: Interrupts) -> None:
    assert not interrupts.stop_requested()
    flags.request_stop()
    assert [interrupts.stop_requested() for _ in range(3)] == [True, False, False]


def test_a_checkpoint_in_a_thread_does_not_take_it_from_the_handler(
    flags: Flags, interrupts: Interrupts
) -> None:
    flags.request_stop()
    with ThreadPoolExecutor(1) as threads:
        assert [threads.submit(interrupts.stop_requested).result() for _ in range(2)] == [True, True]
    assert not flags.raised
    assert interrupts.stop_requested()


def test_nor_does_one_in_a_child(flags: Flags, interrupts: Interrupts) -> None:
    flags.request_stop()
    pid = os.fork()
    if pid == 0:
        os._exit(0 if interrupts.stop_requested() and interrupts.stop_requested() else 1)
    assert os.waitpid(pid, 0)[1] == 0
    assert not flags.raised


def test_the_signal_raises_it_in_the_handler(flags: Flags, interrupts: Interrupts) -> None:
    flags.request_stop()
    with pytest.raises(JobTerminated):
        call(interrupts, lambda: signal.raise_signal(INTERRUPT))
    assert flags.raised


def test_a_handler_that_cleans_up_because_of_its_thread_is_left_alone(
    flags: Flags, interrupts: Interrupts
) -> None:
    flags.request_stop()
    cleaned: list[str] = []

    def handler() -> None:
        try:
            raise JobTerminated("as a future hands it on")
        finally:
            try:
                raise KeyError("x")
            except KeyError:
                signal.raise_signal(INTERRUPT)
            cleaned.append("whole")

    with pytest.raises(JobTerminated, match="future"):
        call(interrupts, handler)
    assert (cleaned, flags.raised) == (["whole"], True)


def test_exceptions_that_are_tied_into_a_ring_are_looked_at_for_a_bounded_time(
    flags: Flags, interrupts: Interrupts
) -> None:
    flags.request_stop()

    def handler() -> None:
        try:
            raise KeyError("x")
        except KeyError as exc:
            exc.__context__ = ValueError("y")
            exc.__context__.__context__ = exc
            signal.raise_signal(INTERRUPT)

    with pytest.raises(JobTerminated):
        call(interrupts, handler)
    assert sys.exc_info() == (None, None, None)

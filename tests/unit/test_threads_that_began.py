"""Threads that the system has made and Python has not counted yet: awaited for a moment, then taken for C's."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from jobs.running import kernel_state
from jobs.running.kernel_state import _ThreadsThatBegan


@pytest.fixture
def uncounted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What the next looks find; the last one for ever."""
    looks = [0]

    def look() -> int:
        return looks.pop(0) if len(looks) > 1 else looks[0]

    monkeypatch.setattr(kernel_state, "_count_uncounted_threads", look)
    return looks


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How often it waited; each wait takes no time, but the clock goes on."""
    waited: list[float] = []
    monkeypatch.setattr("jobs.running.kernel_state.time.sleep", waited.append)
    monkeypatch.setattr("jobs.running.kernel_state.time.monotonic", lambda: sum(waited))
    return waited


def test_a_thread_that_has_not_begun_is_awaited(uncounted: list[int], pauses: list[float]) -> None:
    uncounted[:] = [1, 1, 1, 0]
    _ThreadsThatBegan()()
    assert len(pauses) == 3


def test_threads_of_c_code_are_awaited_once(uncounted: list[int], pauses: list[float]) -> None:
    uncounted[:] = [4]
    count = _ThreadsThatBegan()
    count()
    waited = len(pauses)
    assert waited > 100
    count()
    assert len(pauses) == waited


@pytest.fixture
def thread() -> Iterator[threading.Thread]:
    end = threading.Event()
    one = threading.Thread(target=end.wait)
    yield one
    end.set()
    one.join()


def test_a_real_thread_counts_as_soon_as_it_exists(thread: threading.Thread) -> None:
    count = _ThreadsThatBegan()
    before = count()
    thread.start()
    assert count() == before + 1

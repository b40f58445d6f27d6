"""Threads that the kernel has made and Python does not count yet: awaited for a moment, then taken for C code's."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from jobs.running import kernel_state
from jobs.running.kernel_state import _ThreadsThatBegan


@pytest.fixture
def uncounted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Holds what the next counts return; the last one is repeated."""
    counts = [0]

    def count() -> int:
        return counts.pop(0) if len(counts) > 1 else counts[0]

    monkeypatch.setattr(kernel_state, "_count_uncounted_threads", count)
    return counts


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Collects the waits. A wait takes no time, but the clock advances by it."""
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

"""What processes cost: CPU seconds and memory of whole process trees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress

import psutil


def cpu_seconds(pids: Iterable[int]) -> float:
    """Used so far by these processes, those below them, and those below them that have ended."""
    total = 0.0
    for process in _trees(pids):
        with suppress(psutil.Error):
            times = process.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def busy_seconds() -> float:
    """Returns the CPU seconds that all programs of this machine have used so far."""
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - getattr(times, "iowait", 0.0) - getattr(times, "guest", 0.0))


def memory_mb(pids: Iterable[int]) -> float:
    """Proportional set size: what processes share is counted once."""
    total = 0.0
    for process in _trees(pids):
        with suppress(psutil.Error):
            total += process.memory_full_info().pss / 2**20
    return total


def _trees(pids: Iterable[int]) -> Iterator[psutil.Process]:
    for pid in pids:
        with suppress(psutil.NoSuchProcess):
            root = psutil.Process(pid)
            yield root
            yield from root.children(recursive=True)

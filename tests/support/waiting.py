"""Polls until something has happened."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


def wait_for(what: str, check: Callable[[], Found], *, within: float, every: float = 0.1) -> Found:
    """Calls `check` every `every` seconds until it returns something true, and returns that.

    Fails the test with `what` in the message if that takes longer than `within` seconds.
    """
    deadline = time.monotonic() + within
    while True:
        found = check()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {within:g} s; the last check returned {found!r}")
        time.sleep(every)

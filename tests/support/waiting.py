"""Waiting for something that tells nobody when it happens."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


def wait_for(what: str, look: Callable[[], Found], *, within: float, every: float = 0.1) -> Found:
    """The first true answer of `look`. Fails the test with `what` when none came in time."""
    deadline = time.monotonic() + within
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {within:g} s; the last look answered {found!r}")
        time.sleep(every)

"""Swallows every exception that is raised in it, so that only the end of its process ends it."""

import time
from contextlib import suppress
from typing import Any


def swallower(data: dict[str, Any]) -> None:
    end = time.monotonic() + data["seconds"]
    while time.monotonic() < end:
        with suppress(BaseException):
            time.sleep(0.5)

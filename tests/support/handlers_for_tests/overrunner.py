"""Runs longer than its template's timeoutSeconds; with `deaf` it swallows the exception that the platform raises."""

import time
from contextlib import suppress
from typing import Any


def overrunner(data: dict[str, Any]) -> None:
    swallowed = (BaseException,) if data["deaf"] else ()
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with suppress(*swallowed):
            time.sleep(0.5)

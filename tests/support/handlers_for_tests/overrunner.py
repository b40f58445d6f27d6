"""Takes longer than its template's timeoutSeconds; a deaf one swallows what is raised into it for that."""

import time
from contextlib import suppress
from typing import Any


def overrunner(data: dict[str, Any]) -> None:
    swallowed = (BaseException,) if data["deaf"] else ()
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with suppress(*swallowed):
            time.sleep(0.5)

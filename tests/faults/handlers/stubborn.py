"""Works as long as it is told, and swallows whatever asks it to stop: only the end of its process ends it."""

import time
from contextlib import suppress
from typing import Any

from handlers.context import Job
from tests.faults.handlers._work import PAUSE_SECONDS, witnessed


def stubborn(data: dict[str, Any], job: Job) -> None:
    with witnessed(job) as note:
        end = time.monotonic() + data["seconds"]
        while time.monotonic() < end:
            with suppress(BaseException):
                note("lives")
                time.sleep(PAUSE_SECONDS)

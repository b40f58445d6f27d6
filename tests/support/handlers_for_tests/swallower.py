"""Swallows whatever is raised into it: only the end of its process ends it."""

import time
from typing import Any

from handlers.context import Job


def swallower(data: dict[str, Any], job: Job) -> None:
    end = time.monotonic() + data["seconds"]
    while time.monotonic() < end:
        try:
            job.checkpoint()
            time.sleep(0.05)
        except BaseException:  # noqa: BLE001 - what this handler is here for
            print("swallowed")

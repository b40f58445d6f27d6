"""Works until it is stopped, with or without checkpoints, and then cleans up in steps of one second."""

import time
from typing import Any

from handlers.context import Job


def cleaner(data: dict[str, Any], job: Job) -> None:
    try:
        for _ in range(3000):
            time.sleep(0.1)
            if data["looks"]:
                job.checkpoint()
    finally:
        for step in range(1, data["steps"] + 1):
            time.sleep(1)
            job.checkpoint()
            job.log("step %s of %s", step, data["steps"])
        job.log("cleaned up")

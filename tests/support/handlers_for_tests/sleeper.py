"""Sleeps with checkpoints, and notes the begin and the end of each run in a witness file."""

import os
import time
from typing import Any

from handlers.context import Job


def sleeper(data: dict[str, Any], job: Job) -> Any:
    _note(data["witness"], f"began {data['job_id']} {os.getpid()} {time.monotonic()}")
    end = time.monotonic() + data["seconds"]
    while time.monotonic() < end:
        job.checkpoint()
        time.sleep(0.05)
    _note(data["witness"], f"ended {data['job_id']} {os.getpid()} {time.monotonic()}")
    return {"slept": data["seconds"]}


def _note(witness: str, line: str) -> None:
    if witness:
        with open(witness, "a") as file:
            file.write(line + "\n")

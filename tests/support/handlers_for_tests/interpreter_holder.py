"""Calls, in its first attempts, a C function that keeps the GIL, so that no other Python thread runs."""

import ctypes
import os
import time
from pathlib import Path
from typing import Any

from handlers.context import Job


def interpreter_holder(data: dict[str, Any], job: Job) -> dict[str, int]:
    with Path(data["witness"]).open("a") as witness:
        witness.write(f"began {job.id} {job.attempt} {os.getpid()} {time.monotonic()}\n")
    if job.attempt <= data["attempts"]:
        # Unlike a CDLL, a PyDLL does not release the GIL during a call.
        ctypes.PyDLL(None).sleep(data["seconds"])
    return {"attempt": job.attempt}

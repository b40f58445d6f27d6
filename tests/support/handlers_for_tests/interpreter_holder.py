"""In its first attempts it calls a function in C that lets no other thread of Python run."""

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
        # A PyDLL, other than a CDLL, keeps the interpreter's lock while it calls.
        ctypes.PyDLL(None).sleep(data["seconds"])
    return {"attempt": job.attempt}

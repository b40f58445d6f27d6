"""What all of them do: work for a while, and have it witnessed by a file that only ever grows."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from handlers.context import Job
from tests.faults.handlers._signs import signs
from tests.faults.witness import SPOILED

PAUSE_SECONDS = 0.1


def work(data: dict[str, Any], job: Job) -> dict[str, int]:
    """Takes `seconds`; fails in attempts before `succeed_at`. Careless with its password, as handlers are."""
    with witnessed(job) as note:
        if password := data.get("password"):
            job.log("signing in with %s", password)
        end = time.monotonic() + data.get("seconds", 0)
        while time.monotonic() < end:
            job.checkpoint()
            time.sleep(PAUSE_SECONDS)
            note("lives")
        if job.attempt < data.get("succeed_at", 0):
            raise RuntimeError(f"attempt {job.attempt} fails, as it was told, with {data.get('password')}")
    return {"attempt": job.attempt}


@contextmanager
def witnessed(job: Job) -> Iterator[Callable[[str], None]]:
    """One line is one write to a file opened for appending: whole, whatever happens to the writer."""
    file = os.open(os.environ["WITNESS_FILE"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    process = os.getpid()

    def note(what: str) -> None:
        if os.getpid() == process:  # not what the handler has forked
            os.write(file, f"{what} {job.id} {job.attempt} {process} {time.monotonic():.6f}\n".encode())

    try:
        note("began")
        if found := signs():
            note(f"{SPOILED}{','.join(found)}")
        yield note
        note("returned")
    except BaseException:
        note("raised")
        raise
    finally:
        os.close(file)

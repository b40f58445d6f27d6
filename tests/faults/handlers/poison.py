"""Does to its process what no handler should."""

from __future__ import annotations

import os
import re
import signal
import time
from typing import Any

from handlers.context import Job
from tests.faults.handlers._work import witnessed


def poison(data: dict[str, Any], job: Job) -> None:
    with witnessed(job):
        KINDS[data["kind"]]()


def segfault() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)
    time.sleep(60)


def exit_at_once() -> None:
    os._exit(1)


def run_out_of_memory() -> None:
    raise MemoryError("no more of it")


def loop_for_ever() -> None:
    """Until the template's time limit."""
    while True:
        pass


def hold_the_interpreter() -> None:
    """Python's regular expressions never let another thread run; this one takes longer than anybody lives."""
    re.fullmatch(r"(a+)+", "a" * 60 + "b")


KINDS = {
    "segfault": segfault,
    "exit": exit_at_once,
    "memory": run_out_of_memory,
    "loop": loop_for_ever,
    "interpreter": hold_the_interpreter,
}

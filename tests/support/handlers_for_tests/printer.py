"""Writes output in every way there is: print, logging, the job's log, its progress."""

import logging
import sys
from typing import Any

from handlers.context import Job


def printer(data: dict[str, Any], job: Job) -> None:
    print("printed")
    print("printed to the error output", file=sys.stderr)
    logging.getLogger("printer").warning("logged %s", "with logging")
    job.log("logged by %s", "the job")
    job.progress(50, "half")
    for number in range(data["lines"]):
        print(f"line {number}")

"""Starts the processes that publish tasks for fast Celery, and has them publish."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from bench.stage import Stage
from foundation.discover import CHECKOUT

PRODUCERS = 2


@contextmanager
def open_producers(stage: Stage) -> Iterator[Callable[[int], None]]:
    """Yields a function that has all producers of fast Celery publish their parts of so many tasks."""
    command = [sys.executable, "-m", "bench.references.celery_fast"]
    with ExitStack() as stack:
        pipes = []
        for _ in range(PRODUCERS):
            producer = subprocess.Popen(
                command, cwd=CHECKOUT, env=stage.environment(), text=True, bufsize=1,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )  # fmt: skip
            stack.enter_context(producer)  # closes its input, which ends it, and waits
            assert producer.stdin is not None
            assert producer.stdout is not None
            pipes.append((producer.stdin, producer.stdout))

        def publish(number: int) -> None:
            part = number // PRODUCERS
            for place, (asked, _) in enumerate(pipes):
                rest = number % PRODUCERS if place == 0 else 0
                asked.write(f"{place * (part + rest)} {part + rest}\n")
            for _, answered in pipes:
                if not answered.readline():
                    raise RuntimeError("a producer of Celery ended")

        yield publish

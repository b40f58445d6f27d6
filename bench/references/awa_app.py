"""Has awa-pg, a queue in Postgres alone, run the same task. `python -m bench.references.awa_app` is its worker.

It is no dependency: `pip install awa-pg` brings it, and without it its rows are left out.
"""

from __future__ import annotations

import asyncio
import importlib
import signal
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from bench import witness

QUEUE = "bench"
WORKERS = 50  # coroutines of each process; awa-pg has no processes of its own
INSERTERS = 16


@dataclass
class Stamp:
    """Names the task, and holds its number."""

    number: int


def is_installed() -> bool:
    """Returns whether this Python has awa-pg."""
    return find_spec("awa") is not None


async def migrate(url: str) -> None:
    """Makes its tables."""
    client = _open_client(url)
    await client.migrate()
    await client.install_queue_storage()
    await client.close()


async def insert_singly(url: str, number: int) -> None:
    """Inserts so many jobs, each in a transaction of its own, from sixteen coroutines."""
    client = _open_client(url)
    numbers = iter(range(number))

    async def insert() -> None:
        for one in numbers:
            await client.insert(Stamp(one), queue=QUEUE)

    await asyncio.gather(*(insert() for _ in range(INSERTERS)))
    await client.close()


async def insert_in_bulk(url: str, number: int) -> None:
    """Inserts so many jobs a thousand at a time."""
    client = _open_client(url)
    for first in range(0, number, 1000):
        last = min(first + 1000, number)
        await client.enqueue_many_copy([Stamp(one) for one in range(first, last)], queue=QUEUE)
    await client.close()


def _open_client(url: str) -> Any:
    return importlib.import_module("awa").AsyncClient(url)


async def _work(url: str) -> None:
    client, ends = _open_client(url), asyncio.Event()

    async def stamp(job: Any) -> None:
        witness.stamp(job.args.number)

    client.task(Stamp, queue=QUEUE)(stamp)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ends.set)
    await client.start([(QUEUE, WORKERS)])
    await ends.wait()
    await client.shutdown()
    await client.close()


if __name__ == "__main__":
    asyncio.run(_work(sys.argv[1]))

"""Offers jobs over HTTP at a steady rate, whether or not the platform keeps up, and notes what became of each."""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import dataclass

import orjson

from bench import http_load
from bench.stage import Stage

CONNECTIONS = 16
ANSWER_SECONDS = 30
PAUSE_SECONDS = 0.05  # before a connection is opened again


@dataclass(slots=True)
class Offer:
    """Stores one job that was due to be created; `number` is in its payload, times are seconds since the epoch.

    `status` is that of the answer, 0 if the connection ended instead, and None if the request was never sent.
    """

    number: int
    due: float
    status: int | None = None
    job: str = ""

    @property
    def is_accepted(self) -> bool:
        """Returns whether the platform has said that the job exists."""
        return self.status == 201


class Load:
    """Offers jobs in a thread of its own, from `start` to `stop`; `per_second` may be changed meanwhile."""

    def __init__(self, stage: Stage, port: int, per_second: float) -> None:
        self.per_second = per_second
        self.offers: list[Offer] = []
        self._stage, self._port = stage, port
        self._unanswered: dict[int, Offer] = {}
        self._ends, self._drops = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)

    def start(self) -> None:
        """Begins to offer jobs."""
        self._thread.start()

    def stop(self) -> None:
        """Offers no more jobs, and returns when the last request has its answer."""
        self._ends.set()
        self._thread.join()

    def drop_unsent(self) -> None:
        """Forgets the jobs that wait for a free connection."""
        self._drops.set()

    def has_unanswered(self, *, due_before: float) -> bool:
        """Returns whether a request that was due before has neither been answered nor given up."""
        return any(offer.due < due_before for offer in list(self._unanswered.values()))

    async def _run(self) -> None:
        unsent: asyncio.Queue[Offer] = asyncio.Queue()
        senders = [asyncio.create_task(self._send_all(unsent)) for _ in range(CONNECTIONS)]
        due = time.time()
        while not self._ends.is_set():
            due += 1 / self.per_second
            if (early := due - time.time()) > 0:
                await asyncio.sleep(early)
            offer = Offer(len(self.offers), due)
            self.offers.append(offer)
            self._unanswered[offer.number] = offer
            unsent.put_nowait(offer)
            if self._drops.is_set():
                self._drops.clear()
                while not unsent.empty():
                    self._end(unsent, unsent.get_nowait())
        await unsent.join()
        for sender in senders:
            sender.cancel()
        await asyncio.gather(*senders, return_exceptions=True)

    async def _send_all(self, unsent: asyncio.Queue[Offer]) -> None:
        """Sends one request after another through one connection, which is opened again when it breaks."""
        streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        try:
            while True:
                offer = await unsent.get()
                offer.status = 0
                try:
                    async with asyncio.timeout(ANSWER_SECONDS):
                        streams = streams or await asyncio.open_connection("127.0.0.1", self._port)
                        await self._send(offer, *streams)
                except (OSError, EOFError, TimeoutError):
                    if streams is not None:
                        streams[1].close()
                    streams = None
                    await asyncio.sleep(PAUSE_SECONDS)
                finally:
                    self._end(unsent, offer)
        finally:
            if streams is not None:
                streams[1].close()

    def _end(self, unsent: asyncio.Queue[Offer], offer: Offer) -> None:
        del self._unanswered[offer.number]
        unsent.task_done()

    async def _send(self, offer: Offer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        body = {"job_type": "bench_stamp", "payload": {"number": offer.number}, "start_in_seconds": 0}
        token = self._stage.token
        writer.write(http_load.request("POST", "/api/v1/jobs/", token=token, body=orjson.dumps(body)))
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        _, has_length, length = head.partition(b"\r\ncontent-length:")
        if not has_length:
            raise EOFError(f"an answer without a length: {head!r}")
        text = await reader.readexactly(int(length.split(b"\r\n", 1)[0]))
        offer.status = int(head[9:12])
        if offer.is_accepted:
            offer.job = orjson.loads(text).get("job_id", "")

"""(f) websockets: events a second to 100 and to 500 clients, one frame each and batched.

Ours: job-sized events through the channel layer to `/ws/jobs/`, singly and with `?batch=250`. The reference: an
ASGI application that sends the same texts, encoded once, to each socket in turn, singly and a hundred a
frame. Both by uvicorn, read by the same clients. Unit: events/s that reach every client, counted from the first
that arrives; batched, ours holds one pause of 250 ms, so 4,000 events make 16,000/s at most. Targets: 0.6 x and
0.8 x (plain Channels reaches 0.07 x).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from bench.events import MARK
from bench.scale import Scale
from bench.stage import Stage
from bench.table import Row

A_FRAME = 100  # events in each of the reference's frames
WITHIN_SECONDS = 60
Start = Callable[[list["Reader"]], Awaitable[None]]


def measure(stage: Stage, scale: Scale) -> list[Row]:
    rows = []
    with stage.sockets() as port, stage.broadcast() as plain_port:
        for clients, events, batched_events in scale.fan_out:
            ours, plain, ours_batched, plain_batched = [], [], [], []
            for _ in range(scale.repeats):
                feed = _feeder(stage, events)
                ours.append(_rate(stage, port, "/ws/jobs/", clients, events, feed))
                plain.append(_rate(stage, plain_port, "/", clients, events, _asker(events, 1)))
                feed = _feeder(stage, batched_events)
                ours_batched.append(_rate(stage, port, "/ws/jobs/?batch=250", clients, batched_events, feed))
                ask = _asker(batched_events, A_FRAME)
                plain_batched.append(_rate(stage, plain_port, "/", clients, batched_events, ask))
            single, batched = f"{clients} clients, one frame each", f"{clients} clients, batched"
            against = "plain ASGI broadcast"
            rows.append(Row("f", single, "events/s", ours, against, plain, at_least=0.6))
            rows.append(Row("f", batched, "events/s", ours_batched, against, plain_batched, at_least=0.8))
    return rows


class Reader(asyncio.Protocol):
    """A client that only counts: frames are not taken apart, or the clients would be what is measured."""

    def __init__(self, head: bytes, events: int) -> None:
        loop = asyncio.get_running_loop()
        self.head, self.left = head, events
        self.first_at = 0.0
        self.joined: asyncio.Future[None] = loop.create_future()
        self.done: asyncio.Future[None] = loop.create_future()
        self.rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self.head)

    def data_received(self, data: bytes) -> None:
        data = self.rest + data
        found = data.count(MARK)
        # A mark may be cut in two.
        self.rest = data[-len(MARK) + 1 :]
        if not self.joined.done() and b'"sync"' in data:
            self.joined.set_result(None)
        if found and not self.first_at:
            self.first_at = time.perf_counter()
        self.left -= found
        if self.left <= 0 and not self.done.done():
            self.done.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        for future in (self.joined, self.done):
            if not future.done():
                future.set_exception(ConnectionError(f"the socket was closed: {exc} {self.rest!r}"))

    def say(self, text: str) -> None:
        """One masked text frame; with a mask of zeros the text stays as it is."""
        self.transport.write(bytes([0x81, 0x80 | len(text), 0, 0, 0, 0]) + text.encode())


def _rate(stage: Stage, port: int, path: str, clients: int, events: int, start: Start) -> float:
    run = _read(stage.token, port, path, clients, events, start)
    return events / asyncio.run(asyncio.wait_for(run, WITHIN_SECONDS))


async def _read(token: str, port: int, path: str, clients: int, events: int, start: Start) -> float:
    head = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
        f"Authorization: Token {token}\r\n\r\n"
    ).encode()
    loop = asyncio.get_running_loop()
    readers = []
    try:
        for _ in range(clients):
            _, reader = await loop.create_connection(lambda: Reader(head, events), "127.0.0.1", port)
            readers.append(reader)
        await asyncio.gather(*(reader.joined for reader in readers))
        began = time.perf_counter()
        await start(readers)
        await asyncio.gather(*(reader.done for reader in readers))
        return time.perf_counter() - max(began, min(reader.first_at for reader in readers))
    finally:
        for reader in readers:
            reader.done.cancel()
            reader.transport.abort()


def _asker(events: int, a_frame: int) -> Start:
    async def ask(readers: list[Reader]) -> None:
        readers[0].say(f"{events} {a_frame}")

    return ask


def _feeder(stage: Stage, events: int) -> Start:
    async def feed(_: list[Reader]) -> None:
        await asyncio.to_thread(stage.run, "-m", "bench.events", str(events))

    return feed

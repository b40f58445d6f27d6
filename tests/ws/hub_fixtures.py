"""A hub between stand-ins for the channel layer and for Postgres, and readers that keep what it brings."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from django.db import OperationalError
from redis.exceptions import ConnectionError as RedisAway

from jobs.live import hub as hub_module
from jobs.live import outbox, realtime
from jobs.live.frames import Batch, Frame
from jobs.live.hub import Hub
from jobs.read import records


def made_up(seq: int) -> Frame:
    return Frame(seq, "job_progress", "otp_send_job", "1", "{}")


def batch(*seqs: int, after: int = 0) -> Batch:
    return Batch(after, max(seqs), [made_up(seq) for seq in seqs])


class Layer:
    """Stands for the channel layer: hands on what is put in, or is away."""

    def __init__(self) -> None:
        self.away = False
        self.joined = self.left = 0
        self.slow: asyncio.Event | None = None
        self.messages: asyncio.Queue[Batch | Exception] = asyncio.Queue()

    async def new_channel(self) -> str:
        if self.away:
            raise RedisAway("connection refused")
        return "mine"

    async def join(self, channel: str) -> None:
        if self.away:
            raise RedisAway("connection refused")
        if self.slow:
            await self.slow.wait()
        self.joined += 1

    async def leave(self, channel: str) -> None:
        self.left += 1

    async def receive(self, channel: str) -> Batch:
        message = await self.messages.get()
        if isinstance(message, Exception):
            raise message
        return message


class Ledger:
    """Stands for Postgres: knows how far events are numbered, and has all of them, or is away."""

    def __init__(self) -> None:
        self.away = False
        self.last_seq = 0
        self.reads = 0

    def newest_seq(self) -> int:
        if self.away:
            raise OperationalError("connection refused")
        return self.last_seq

    def next_batch(self, after: int, *, limit: int) -> Batch:
        if self.away:
            raise OperationalError("connection refused")
        self.reads += 1
        return batch(*range(after + 1, after + 3), after=after)


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Ledger:
    ledger = Ledger()
    monkeypatch.setattr(records, "newest_seq", ledger.newest_seq)
    monkeypatch.setattr(outbox, "next_batch", ledger.next_batch)

    async def ask(read: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return read(*args, **kwargs)

    monkeypatch.setattr(hub_module, "_read", ask)
    return ledger


@pytest.fixture
def layer(monkeypatch: pytest.MonkeyPatch) -> Layer:
    layer = Layer()
    for name in ("new_channel", "join", "leave", "receive"):
        monkeypatch.setattr(realtime, name, getattr(layer, name))
    monkeypatch.setattr(hub_module, "AWAY_PAUSE_SECONDS", 0.01)
    return layer


class Reader:
    """A subscriber that keeps what it gets."""

    def __init__(self) -> None:
        self.seen: list[int] = []
        self.kinds: list[str] = []
        self.something = asyncio.Event()

    def __call__(self, frames: list[Frame]) -> None:
        self.seen += [frame.seq for frame in frames]
        self.kinds += [frame.kind for frame in frames]
        self.something.set()

    async def until(self, count: int) -> list[int]:
        async with asyncio.timeout(10):
            while len(self.seen) < count:
                await self.something.wait()
                self.something.clear()
        return self.seen


@pytest.fixture
async def hub(layer: Layer, ledger: Ledger) -> AsyncIterator[Hub]:
    hub = Hub()
    yield hub
    for subscriber in list(hub._subscribers):
        hub.unsubscribe(subscriber)

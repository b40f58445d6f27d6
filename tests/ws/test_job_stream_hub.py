"""The hub: one receiver for all sockets of a process, also while the channel layer comes and goes."""

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
from jobs.models import Relay
from jobs.read import queries
from tests.ws.stream import Stream


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
    """Stands for Postgres: knows how far events were sent, and has all of them, or is away."""

    def __init__(self) -> None:
        self.away = False
        self.sent_seq = 0
        self.reads = 0

    def relay(self) -> Relay:
        if self.away:
            raise OperationalError("connection refused")
        return Relay(sent_seq=self.sent_seq)

    def next_batch(self, after: int, *, limit: int) -> Batch:
        if self.away:
            raise OperationalError("connection refused")
        self.reads += 1
        return batch(*range(after + 1, after + 3), after=after)


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Ledger:
    ledger = Ledger()
    monkeypatch.setattr(queries, "get_relay", ledger.relay)
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


async def until_live(hub: Hub, *, live: bool) -> None:
    async with asyncio.timeout(10):
        while hub.live != live:
            await asyncio.sleep(0.005)


async def test_it_hands_each_frame_to_every_subscriber_once(hub: Hub, layer: Layer) -> None:
    one, two = Reader(), Reader()
    await hub.subscribe(one)
    await hub.subscribe(two)
    assert layer.joined == 1
    for brought in (batch(1, 2), batch(1, 2, 3)):
        layer.messages.put_nowait(brought)
    assert await one.until(3) == await two.until(3) == [1, 2, 3]


async def test_who_has_left_gets_nothing_more(hub: Hub, layer: Layer) -> None:
    stays, leaves = Reader(), Reader()
    await hub.subscribe(stays)
    await hub.subscribe(leaves)
    hub.unsubscribe(leaves)
    layer.messages.put_nowait(batch(1))
    await stays.until(1)
    assert leaves.seen == []


async def test_it_rests_while_nobody_listens_and_starts_again(hub: Hub, layer: Layer) -> None:
    first, second = Reader(), Reader()
    await hub.subscribe(first)
    hub.unsubscribe(first)
    assert not hub.live
    await hub.subscribe(second)
    assert hub.live
    layer.messages.put_nowait(batch(1))
    assert await second.until(1) == [1]


async def test_while_the_layer_is_away_it_lets_subscribers_in_and_says_that_it_is_not_live(
    hub: Hub, layer: Layer
) -> None:
    layer.away = True
    reader = Reader()
    await hub.subscribe(reader)
    assert not hub.live
    layer.away = False
    await until_live(hub, live=True)
    layer.messages.put_nowait(batch(1))
    assert await reader.until(1) == [1]


async def test_who_was_let_in_while_the_layer_was_away_is_told_of_what_was_sent_meanwhile(
    hub: Hub, layer: Layer, ledger: Ledger
) -> None:
    layer.away, ledger.sent_seq = True, 3
    reader = Reader()
    await hub.subscribe(reader)
    ledger.sent_seq = 9
    layer.away = False
    assert await reader.until(1) == [9]
    assert reader.kinds == ["sync"]


async def test_a_layer_that_goes_and_comes_back_is_joined_again(hub: Hub, layer: Layer) -> None:
    reader = Reader()
    await hub.subscribe(reader)
    layer.away = True
    layer.messages.put_nowait(RedisAway("connection reset"))
    await until_live(hub, live=False)
    layer.away = False
    await until_live(hub, live=True)
    assert layer.joined == 2
    layer.messages.put_nowait(batch(7))
    assert await reader.until(1) == [7]


async def test_it_joins_again_from_time_to_time_in_case_the_layer_has_forgotten_it(
    hub: Hub, layer: Layer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "REJOIN_SECONDS", 0.01)
    await hub.subscribe(Reader())
    async with asyncio.timeout(10):
        while layer.joined < 3:
            await asyncio.sleep(0.005)


async def test_it_leaves_the_layer_when_nobody_listens(hub: Hub, layer: Layer) -> None:
    reader = Reader()
    await hub.subscribe(reader)
    hub.unsubscribe(reader)
    async with asyncio.timeout(10):
        while not layer.left:
            await asyncio.sleep(0.005)


async def test_an_error_nobody_thought_of_does_not_make_it_deaf(hub: Hub, layer: Layer) -> None:
    reader = Reader()
    await hub.subscribe(reader)
    layer.messages.put_nowait(KeyError("frames"))
    layer.messages.put_nowait(batch(1))
    assert await reader.until(1) == [1]
    assert hub.live


async def test_what_the_layer_lost_is_read_from_the_ledger_before_what_came_after_it(
    hub: Hub, layer: Layer
) -> None:
    reader = Reader()
    await hub.subscribe(reader)
    for brought in (batch(1, 2), batch(6, 7, after=5), batch(8, after=7)):
        layer.messages.put_nowait(brought)
    assert await reader.until(8) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert set(reader.kinds) == {"job_progress"}


async def test_what_was_sent_while_the_layer_had_forgotten_the_hub_is_made_good_when_it_joins_again(
    hub: Hub, layer: Layer, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "REJOIN_SECONDS", 0.01)
    reader = Reader()
    await hub.subscribe(reader)
    ledger.sent_seq = 2
    assert await reader.until(2) == [1, 2]
    layer.messages.put_nowait(batch(3, after=2))
    assert await reader.until(3) == [1, 2, 3]


async def test_what_was_sent_while_the_layer_was_away_is_made_good_when_it_is_back(
    hub: Hub, layer: Layer, ledger: Ledger
) -> None:
    reader = Reader()
    await hub.subscribe(reader)
    ledger.sent_seq = 4
    layer.messages.put_nowait(RedisAway("connection reset"))
    assert await reader.until(4) == [1, 2, 3, 4]


async def test_what_was_sent_before_anybody_listened_is_not_told(
    hub: Hub, layer: Layer, ledger: Ledger
) -> None:
    ledger.sent_seq = 1000
    for reader in (Reader(), Reader()):  # the second after a time in which nobody listened
        await hub.subscribe(reader)
        ledger.sent_seq += 1
        layer.messages.put_nowait(batch(ledger.sent_seq, after=ledger.sent_seq - 1))
        assert await reader.until(1) == [ledger.sent_seq]
        hub.unsubscribe(reader)
        ledger.sent_seq += 10
    assert ledger.reads == 0


@pytest.mark.parametrize("why", ["too much", "Postgres away"])
async def test_what_cannot_be_made_good_is_told_as_a_sync_so_that_readers_ask_over_rest(
    hub: Hub, layer: Layer, ledger: Ledger, why: str
) -> None:
    reader = Reader()
    await hub.subscribe(reader)
    ledger.away = why == "Postgres away"
    lost = 5 if ledger.away else hub_module.MAX_BACKFILLED_EVENTS + 1
    layer.messages.put_nowait(batch(lost + 1, after=lost))
    assert await reader.until(2) == [lost, lost + 1]
    assert reader.kinds == ["sync", "job_progress"]


async def test_a_second_subscriber_waits_until_the_receiver_listens_too(hub: Hub, layer: Layer) -> None:
    layer.slow = asyncio.Event()
    both = [asyncio.create_task(hub.subscribe(Reader())) for _ in range(2)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not any(task.done() for task in both)
    layer.slow.set()
    async with asyncio.timeout(10):
        await asyncio.gather(*both)
    assert layer.joined == 1


async def test_numbers_without_frames_are_no_loss(hub: Hub, layer: Layer) -> None:
    reader = Reader()
    await hub.subscribe(reader)
    for brought in (batch(1), Batch(1, 4, []), batch(5, after=4)):
        layer.messages.put_nowait(brought)
    assert await reader.until(2) == [1, 5]


@pytest.mark.django_db(transaction=True)
async def test_a_socket_opens_while_the_layer_is_away_and_its_sync_says_so(layer: Layer, token: str) -> None:
    layer.away = True
    stream = Stream(authorization=f"Token {token}")
    assert await stream.open()
    assert (await stream.receive())["data"]["live"] is False
    await stream.close()

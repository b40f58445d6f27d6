"""The hub: one receiver for all sockets of a process, also while the channel layer comes and goes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.exceptions import ConnectionError as RedisAway

from jobs import hub as hub_module
from jobs import realtime
from jobs.frames import Frame
from jobs.hub import Hub
from tests.ws.stream import Stream


def made_up(seq: int) -> Frame:
    return Frame(seq, "job_progress", "otp_send_job", "1", "{}")


class Layer:
    """Stands for the channel layer: hands on what is put in, or is away."""

    def __init__(self) -> None:
        self.away = False
        self.joined = 0
        self.messages: asyncio.Queue[list[Frame] | None] = asyncio.Queue()

    async def new_channel(self) -> str:
        if self.away:
            raise RedisAway("connection refused")
        return "mine"

    async def join(self, channel: str) -> None:
        if self.away:
            raise RedisAway("connection refused")
        self.joined += 1

    async def receive(self, channel: str) -> list[Frame]:
        frames = await self.messages.get()
        if frames is None:
            raise RedisAway("connection reset")
        return frames


@pytest.fixture
def layer(monkeypatch: pytest.MonkeyPatch) -> Layer:
    layer = Layer()
    for name in ("new_channel", "join", "receive"):
        monkeypatch.setattr(realtime, name, getattr(layer, name))
    monkeypatch.setattr(hub_module, "AWAY_PAUSE_SECONDS", 0.01)
    return layer


class Reader:
    """A subscriber that keeps what it gets."""

    def __init__(self) -> None:
        self.seen: list[int] = []
        self.something = asyncio.Event()

    def __call__(self, frames: list[Frame]) -> None:
        self.seen += [frame.seq for frame in frames]
        self.something.set()

    async def until(self, count: int) -> list[int]:
        async with asyncio.timeout(10):
            while len(self.seen) < count:
                await self.something.wait()
                self.something.clear()
        return self.seen


@pytest.fixture
async def hub(layer: Layer) -> AsyncIterator[Hub]:
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
    for batch in ([made_up(1), made_up(2)], [made_up(1), made_up(2), made_up(3)]):
        layer.messages.put_nowait(batch)
    assert await one.until(3) == await two.until(3) == [1, 2, 3]


async def test_who_has_left_gets_nothing_more(hub: Hub, layer: Layer) -> None:
    stays, leaves = Reader(), Reader()
    await hub.subscribe(stays)
    await hub.subscribe(leaves)
    hub.unsubscribe(leaves)
    layer.messages.put_nowait([made_up(1)])
    await stays.until(1)
    assert leaves.seen == []


async def test_it_rests_while_nobody_listens_and_starts_again(hub: Hub, layer: Layer) -> None:
    first, second = Reader(), Reader()
    await hub.subscribe(first)
    hub.unsubscribe(first)
    assert not hub.live
    await hub.subscribe(second)
    assert hub.live
    layer.messages.put_nowait([made_up(1)])
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
    layer.messages.put_nowait([made_up(1)])
    assert await reader.until(1) == [1]


async def test_a_layer_that_goes_and_comes_back_is_joined_again(hub: Hub, layer: Layer) -> None:
    reader = Reader()
    await hub.subscribe(reader)
    layer.away = True
    layer.messages.put_nowait(None)
    await until_live(hub, live=False)
    layer.away = False
    await until_live(hub, live=True)
    assert layer.joined == 2
    layer.messages.put_nowait([made_up(7)])
    assert await reader.until(1) == [7]


async def test_it_joins_again_from_time_to_time_in_case_the_layer_has_forgotten_it(
    hub: Hub, layer: Layer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "REJOIN_SECONDS", 0.01)
    await hub.subscribe(Reader())
    async with asyncio.timeout(10):
        while layer.joined < 3:
            await asyncio.sleep(0.005)


@pytest.mark.django_db(transaction=True)
async def test_a_socket_opens_while_the_layer_is_away_and_its_sync_says_so(layer: Layer, token: str) -> None:
    layer.away = True
    stream = Stream(authorization=f"Token {token}")
    assert await stream.open()
    assert (await stream.receive())["data"]["live"] is False
    await stream.close()

"""The hub: one receiver for all sockets of a process, also while the channel layer comes and goes."""

from __future__ import annotations

import asyncio

import pytest
from redis.exceptions import ConnectionError as RedisAway

from jobs.live import hub as hub_module
from jobs.live.hub import Hub
from tests.ws.hub_fixtures import Layer, Reader, batch
from tests.ws.hub_fixtures import hub as hub
from tests.ws.hub_fixtures import layer as layer
from tests.ws.hub_fixtures import ledger as ledger
from tests.ws.stream import Stream


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


@pytest.mark.django_db(transaction=True)
async def test_a_socket_opens_while_the_layer_is_away_and_its_sync_says_so(layer: Layer, token: str) -> None:
    layer.away = True
    stream = Stream(authorization=f"Token {token}")
    assert await stream.open()
    assert (await stream.receive())["data"]["live"] is False
    await stream.close()

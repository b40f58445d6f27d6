"""Somebody who can write to Redis sends frames: none is shown, and those of the platform come as before."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import msgpack  # type: ignore[import-untyped]  # it ships none
import pytest
from channels.layers import get_channel_layer

from foundation.shared_text import SharedText
from jobs.live import realtime
from jobs.live.channel_layer import MAX_LISTENERS
from jobs.live.frames import Batch, Frame
from tests.services.redbeat_damage import KINDS
from tests.ws.stream import Listen

pytestmark = pytest.mark.django_db(transaction=True)
FALSE = {
    "type": "frames",
    "after": 0,
    "upto": 2**60,
    "frames": [[2**60, "job_created", "x", "y", '{"false": 1}']],
}


def group_key() -> bytes:
    key: bytes = get_channel_layer()._group_key(realtime.GROUP)
    return key


def redis() -> Any:
    layer: Any = get_channel_layer()
    return layer.connection(layer.consistent_hash(realtime.GROUP))


async def channel_keys() -> list[bytes]:
    """Where the receivers that have joined look for their messages."""
    layer: Any = get_channel_layer()
    names = await redis().zrange(group_key(), 0, -1)
    return [(layer.prefix + layer.non_local_name(name.decode())).encode() for name in names]


async def send_one(number: int) -> str:
    text = f'{{"number": {number}}}'
    frame = Frame(number, "job_created", "x", str(uuid.uuid4()), SharedText(text))
    await realtime.send(Batch(number - 1, number, [frame]))
    return text


FORGED: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda _: b"",
    "random bytes": lambda _: b"\xff" * 500,
    "a false frame": lambda name: b"\0" * 12 + msgpack.packb({**FALSE, "__asgi_channel__": [name]}),
    "a false frame with a signature's length": lambda name: (
        b"\0" * 44 + msgpack.packb({**FALSE, "__asgi_channel__": [name]})
    ),
    "a hundred thousand receivers": lambda _: (
        b"\0" * 44 + msgpack.packb({"__asgi_channel__": [str(number) for number in range(100_000)]})
    ),
    "lists in lists": lambda _: b"\0" * 44 + b"\x91" * 100_000,
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
async def test_what_is_not_signed_is_not_shown(listen: Listen, forge: Callable[[bytes], bytes]) -> None:
    stream = await listen()
    (key,) = await channel_keys()
    (name,) = await redis().zrange(group_key(), 0, -1)
    for number in range(20):
        await redis().zadd(key, {forge(name) + bytes([number]): number})
    expected = await send_one(1)
    assert await stream.receive_text() == expected
    layer: Any = get_channel_layer()
    assert len(layer.receive_buffer) <= 1


async def test_a_message_of_another_platform_is_not_shown(listen: Listen, settings: Any) -> None:
    stream = await listen()
    (key,) = await channel_keys()
    ours = settings.SECRET_KEY
    settings.SECRET_KEY = "another"
    layer: Any = get_channel_layer()
    other = type(layer)(**settings.CHANNEL_LAYERS["default"]["CONFIG"])
    settings.SECRET_KEY = ours
    await redis().zadd(key, {other.serialize({**FALSE, "__asgi_channel__": ["x"]}): 1})
    expected = await send_one(1)
    assert await stream.receive_text() == expected


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"zset"}))
async def test_keys_of_another_type_are_replaced(listen: Listen, kind: str) -> None:
    stream = await listen()
    (key,) = await channel_keys()
    await become(key, kind)
    await send_one(1)
    assert '"number": 1' in await stream.receive_text()
    await become(group_key(), kind)
    await send_one(2)
    # The receiver joins again within seconds; until then what it missed is made good.
    await realtime.join(await new_name())


async def new_name() -> str:
    return await realtime.new_channel()


async def become(key: bytes, kind: str) -> None:
    await redis().delete(key)
    commands: dict[str, Callable[[], Awaitable[object]]] = {
        "string": lambda: redis().set(key, "x"),
        "list": lambda: redis().lpush(key, "x"),
        "set": lambda: redis().sadd(key, "x"),
        "hash": lambda: redis().hset(key, "a", "b"),
        "stream": lambda: redis().xadd(key, {"a": "b"}),
    }
    await commands[kind]()


async def test_listeners_that_are_none_get_nothing(listen: Listen) -> None:
    stream = await listen()
    strangers = {b"\xff\xfe": 1e12, b"x": 1e12, b"specific.x!y": 1e12, b"": float("inf"), b"y" * 10_000: 1e12}
    await redis().zadd(group_key(), strangers)
    expected = await send_one(1)
    assert await stream.receive_text() == expected
    assert await redis().zcard(group_key()) == 1
    layer: Any = get_channel_layer()
    assert not await redis().exists(f"{layer.prefix}x")


async def test_a_group_that_is_full_of_them_is_begun_anew(transactional_db: None) -> None:
    names = {f"specific.{uuid.uuid4().hex}!{uuid.uuid4().hex}": 1e12 for _ in range(MAX_LISTENERS + 1)}
    await redis().zadd(group_key(), names)
    await send_one(1)
    assert await redis().zcard(group_key()) == 0

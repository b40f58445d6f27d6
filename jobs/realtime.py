"""The only door to the channel layer: batches of ready-made frames from the relay to every web process."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from channels.layers import get_channel_layer
from redis.exceptions import RedisError

from jobs.frames import Frame

AWAY = (RedisError, OSError)
GROUP = "jobs"
MESSAGE_TYPE = "frames"


async def send(frames: Sequence[Frame]) -> None:
    """One message a batch. Raises one of AWAY if Redis is away; the relay sends the batch again later."""
    await get_channel_layer().group_send(
        GROUP, {"type": MESSAGE_TYPE, "frames": [list(frame) for frame in frames]}
    )


async def join(channel: str) -> None:
    await get_channel_layer().group_add(GROUP, channel)


async def new_channel() -> str:
    name: str = await get_channel_layer().new_channel()
    return name


async def receive(channel: str) -> list[Frame]:
    message: dict[str, Any] = await get_channel_layer().receive(channel)
    return [Frame(*frame) for frame in message.get("frames", [])]

"""The only door to the channel layer: batches of ready-made frames from the relay to every web process."""

from __future__ import annotations

from typing import Any

from channels.layers import get_channel_layer
from redis.exceptions import RedisError

from jobs.frames import Batch, Frame

AWAY = (RedisError, OSError)
GROUP = "jobs"
MESSAGE_TYPE = "frames"


async def send(batch: Batch) -> None:
    """One message a batch. Raises one of AWAY if Redis is away; the relay sends the batch again later."""
    frames = [list(frame) for frame in batch.frames]
    message = {"type": MESSAGE_TYPE, "after": batch.after, "upto": batch.upto, "frames": frames}
    await get_channel_layer().group_send(GROUP, message)


async def join(channel: str) -> None:
    await get_channel_layer().group_add(GROUP, channel)


async def leave(channel: str) -> None:
    await get_channel_layer().group_discard(GROUP, channel)


async def new_channel() -> str:
    name: str = await get_channel_layer().new_channel()
    return name


async def receive(channel: str) -> Batch:
    message: dict[str, Any] = await get_channel_layer().receive(channel)
    return Batch(message["after"], message["upto"], [Frame(*frame) for frame in message["frames"]])

"""Passes batches of event frames from the relay to every web process, over the channel layer in Redis."""

from __future__ import annotations

import time
from typing import Any

from channels.layers import get_channel_layer
from redis.exceptions import RedisError

from foundation.shared_text import SharedText
from jobs.live.frames import Batch, Frame

AWAY = (RedisError, OSError)
GROUP = "jobs"
MESSAGE_TYPE = "frames"
# Listeners join again every 5 s (hub.py). This is much longer, because the clocks of two machines may differ.
MEMBERSHIP_SECONDS = 600


async def send(batch: Batch) -> None:
    """Sends a batch to all web processes, as one message. Raises one of AWAY; the relay sends the batch again later."""
    # Web processes of the version before expect five fields of a frame, so authors are sent apart.
    frames = [list(frame[:-1]) for frame in batch.frames]
    authors = [frame.author for frame in batch.frames]
    message = {
        "type": MESSAGE_TYPE,
        "after": batch.after,
        "upto": batch.upto,
        "frames": frames,
        "authors": authors,
    }
    await get_channel_layer().group_send(GROUP, message)


async def has_listeners() -> bool:
    """Returns whether a web process has joined the group in the last ten minutes; if not, nothing needs to be sent."""
    layer: Any = get_channel_layer()
    redis = layer.connection(layer.consistent_hash(GROUP))
    # The layer's own sorted set: each channel with the time at which it joined.
    since = time.time() - MEMBERSHIP_SECONDS
    return int(await redis.zcount(layer._group_key(GROUP), since, "+inf")) > 0


async def join(channel: str) -> None:
    """Adds this channel of a web process to the receivers of all batches. Raises one of AWAY if Redis is away."""
    await get_channel_layer().group_add(GROUP, channel)


async def leave(channel: str) -> None:
    """Removes this channel of a web process from the receivers of batches. Raises one of AWAY if Redis is away."""
    await get_channel_layer().group_discard(GROUP, channel)


async def new_channel() -> str:
    """Returns the name of a new channel, with which this process can `join` and `receive`."""
    name: str = await get_channel_layer().new_channel()
    return name


async def receive(channel: str) -> Batch:
    """Waits for the next batch of event frames on this channel and returns it. Raises one of AWAY if Redis is away."""
    message: dict[str, Any] = await get_channel_layer().receive(channel)
    # A relay of the version before sends no authors: nobody's own jobs then.
    authors = message.get("authors") or [""] * len(message["frames"])
    frames = [
        Frame(seq, kind, job_type, job_id, SharedText(text), author)
        for (seq, kind, job_type, job_id, text), author in zip(message["frames"], authors, strict=True)
    ]
    return Batch(message["after"], message["upto"], frames)

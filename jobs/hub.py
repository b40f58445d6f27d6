"""One receiver in each web process: takes batches from the channel layer and hands them to its sockets."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable

from jobs import realtime
from jobs.frames import Batch, Frame, sync_frame

log = logging.getLogger(__name__)

# A Redis that restarted has forgotten who listens; joining again is cheap.
REJOIN_SECONDS = 20.0
AWAY_PAUSE_SECONDS = 1.0

Subscriber = Callable[[list[Frame]], None]


class Hub:
    """Runs while somebody is subscribed. `live` tells whether events can be received at this moment."""

    def __init__(self) -> None:
        self.live = False
        self._subscribers: set[Subscriber] = set()
        self._task: asyncio.Task[None] | None = None
        self._newest = 0

    async def subscribe(self, subscriber: Subscriber) -> None:
        """Returns when the receiver listens, or at once if the channel layer is away."""
        self._subscribers.add(subscriber)
        if self._task is None or self._task.done():
            joined = asyncio.Event()
            self._task = asyncio.create_task(self._run(joined))
            await joined.wait()

    def unsubscribe(self, subscriber: Subscriber) -> None:
        self._subscribers.discard(subscriber)
        if not self._subscribers and self._task is not None:
            self._task.cancel()
            self._task, self.live = None, False

    async def _run(self, joined: asyncio.Event) -> None:
        while True:
            try:
                channel = await realtime.new_channel()
                await realtime.join(channel)
                self.live = True
                joined.set()
                await self._receive(channel)
            except Exception as exc:  # noqa: BLE001 - a receiver that died would leave the sockets silent for ever
                if self.live:
                    log.warning("channel layer away, browsers are told: %s: %s", type(exc).__name__, exc)
                self.live = False
                joined.set()
                await asyncio.sleep(AWAY_PAUSE_SECONDS)

    async def _receive(self, channel: str) -> None:
        loop = asyncio.get_running_loop()
        rejoin_at = loop.time() + REJOIN_SECONDS
        try:
            while True:
                try:
                    async with asyncio.timeout_at(rejoin_at):
                        batch = await realtime.receive(channel)
                except TimeoutError:
                    await realtime.join(channel)
                    rejoin_at = loop.time() + REJOIN_SECONDS
                else:
                    self._hand_out(batch)
        except asyncio.CancelledError:
            # Nobody listens any more; a channel that nobody reads would be filled until it expires.
            with contextlib.suppress(*realtime.AWAY):
                await realtime.leave(channel)
            raise

    def _hand_out(self, batch: Batch) -> None:
        """The relay may send a batch twice after a fault: what is not newer was handed out before.

        What the channel layer lost (it was emptied, or full) shows as a jump: a `sync` has the readers catch up.
        """
        if batch.upto <= self._newest:
            return
        fresh = [frame for frame in batch.frames if frame.seq > self._newest]
        if batch.after > self._newest:
            fresh.insert(0, sync_frame(batch.after, live=True))
        self._newest = batch.upto
        for subscriber in list(self._subscribers):
            subscriber(fresh)


hub = Hub()

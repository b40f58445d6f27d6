"""Receives batches of event frames from the channel layer, once in each web process, for all its websockets."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import TypeVar

from channels.db import database_sync_to_async
from django.db import Error as DatabaseError

from jobs.live import outbox, realtime
from jobs.live.frames import Batch, Frames, sync_frame
from jobs.read import records

log = logging.getLogger(__name__)

# A Redis that was flushed has lost the group; joining again is cheap.
REJOIN_SECONDS = 5.0
AWAY_PAUSE_SECONDS = 1.0
# Lost events are read from Postgres, up to so many: a socket that gets more at once would be closed.
MAX_BACKFILLED_EVENTS = 2000
DATABASE_PATIENCE_SECONDS = 5.0

DATABASE_AWAY = (DatabaseError, TimeoutError)

Subscriber = Callable[[Frames], None]
T = TypeVar("T")


class Hub:
    """Delivers event frames to a web process's websockets while there are any. `live`: it receives events now."""

    def __init__(self) -> None:
        self.live = False
        self._subscribers: set[Subscriber] = set()
        self._task: asyncio.Task[None] | None = None
        self._joined = asyncio.Event()
        self._newest: int | None = None  # the last event delivered, or sent before the first subscription

    @property
    def newest(self) -> int | None:
        """Returns the number of the last event delivered to the websockets; None while the channel layer is away."""
        return self._newest if self.live else None

    @property
    def clients(self) -> int:
        """Returns how many websockets this process serves."""
        return len(self._subscribers)

    async def subscribe(self, subscriber: Subscriber) -> None:
        """Adds a callback for new frames; returns once the hub receives them or found the channel layer to be away."""
        self._subscribers.add(subscriber)
        if self._task is None or self._task.done():
            self._joined, self._newest = asyncio.Event(), None
            self._task = asyncio.create_task(self._run())
        await self._joined.wait()

    def unsubscribe(self, subscriber: Subscriber) -> None:
        """Removes a callback; when none remains, the hub stops receiving."""
        self._subscribers.discard(subscriber)
        if not self._subscribers and self._task is not None:
            self._task.cancel()
            self._task, self.live = None, False

    async def _run(self) -> None:
        while self._is_wanted():
            try:
                channel = await realtime.new_channel()
                await self._join(channel)
                self.live = True
                self._joined.set()
                await self._receive(channel)
            except Exception as exc:  # noqa: BLE001 - a receiver that died would leave the sockets silent for ever
                if self.live:
                    log.warning("channel layer away, clients are notified: %s: %s", type(exc).__name__, exc)
                self.live = False
                self._joined.set()
                await asyncio.sleep(AWAY_PAUSE_SECONDS)

    async def _join(self, channel: str) -> None:
        """Joins the channel layer's group, and delivers the events that were sent while this channel was not in it."""
        await realtime.join(channel)
        with contextlib.suppress(*DATABASE_AWAY):
            sent = await _read(records.newest_seq)
            if self._newest is None:
                self._newest = sent
                if self._joined.is_set() and sent:
                    # Sockets that were accepted while the layer was away have missed what was sent until now.
                    self._notify(Frames([sync_frame(sent, live=True)]))
            await self._backfill(sent)

    async def _receive(self, channel: str) -> None:
        loop = asyncio.get_running_loop()
        rejoin_at = loop.time() + REJOIN_SECONDS
        try:
            while self._is_wanted():
                try:
                    async with asyncio.timeout_at(rejoin_at):
                        batch = await realtime.receive(channel)
                except TimeoutError:
                    await self._join(channel)
                    rejoin_at = loop.time() + REJOIN_SECONDS
                else:
                    await self._backfill(batch.after)
                    self._deliver(batch)
        except asyncio.CancelledError:
            # There are no subscribers; a channel without a reader would be filled until it expires.
            with contextlib.suppress(*realtime.AWAY):
                await realtime.leave(channel)
            raise

    def _is_wanted(self) -> bool:
        """Returns whether the current task is still the hub's task, as its cancellation may get lost in a library."""
        return self._task is asyncio.current_task()

    async def _backfill(self, upto: int) -> None:
        """Delivers from Postgres the events up to number `upto` that the channel layer lost (flushed, away or full).

        If they are too many, or Postgres is away, a `sync` frame makes the clients catch up over REST.
        """
        if self._newest is None or upto <= self._newest:
            return
        with contextlib.suppress(*DATABASE_AWAY):
            if upto - self._newest <= MAX_BACKFILLED_EVENTS:
                while self._newest < upto and (
                    lost := await _read(outbox.next_batch, self._newest, limit=500)
                ):
                    self._deliver(lost)
        if self._newest < upto:
            self._deliver(Batch(self._newest, upto, [sync_frame(upto, live=True)]))

    def _deliver(self, batch: Batch) -> None:
        """Passes a batch's new frames to the subscribers, without older ones: the relay may send a batch twice."""
        newest = self._newest or 0
        if batch.upto <= newest:
            return
        fresh = Frames(frame for frame in batch.frames if frame.seq > newest)
        self._newest = batch.upto
        self._notify(fresh)

    def _notify(self, frames: Frames) -> None:
        for subscriber in list(self._subscribers):
            subscriber(frames)


async def _read(read: Callable[..., T], *args: object, **kwargs: object) -> T:
    """Calls `read` in a thread and returns its result. Raises one of DATABASE_AWAY, also if that takes over 5 s."""
    async with asyncio.timeout(DATABASE_PATIENCE_SECONDS):
        result: T = await database_sync_to_async(read)(*args, **kwargs)
        return result


hub = Hub()

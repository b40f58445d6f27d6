"""`/ws/jobs/`: one socket. Filters the hub's frames, sends them singly or in batches, says `sync` and `ping`."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections import deque
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from accounts.channels_auth import still_allowed
from jobs import queries
from jobs.frames import SYNC, Frame, News, sync_frame
from jobs.hub import hub
from jobs.states import EventKind
from scheduler_project.shared_text import SharedText
from scheduler_project.strict_json import dump_json

SYNC_SECONDS = 20.0
PING_SECONDS = 15.0
RECHECK_SECONDS = 60.0
SEND_TIMEOUT_SECONDS = 10.0
MOST_WAITING_FRAMES = 5000
LONGEST_BATCH_MS = 10_000

TRY_AGAIN_LATER = 1013
RIGHTS_LOST = 4403


class JobStream(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels ships no types
    # No channel of its own: the hub receives for all sockets, and a socket outlives the channel layer.
    channel_layer_alias = ""

    async def connect(self) -> None:
        if self.scope.get("user") is None:
            await self.close()  # before accept: the handshake is answered 403
            return
        query = parse_qs(self.scope["query_string"].decode("latin-1"))
        self.job_types = frozenset(query.get("job_type", []))
        self.job_ids = frozenset(job_id.lower() for job_id in query.get("job_id", []))
        self.batch_seconds = _batch_seconds(query.get("batch", ["0"])[0])
        self.waiting: deque[str] = deque()
        self.tasks: list[asyncio.Task[None]] = []
        self.something = asyncio.Event()
        # First the subscription, then the look at the newest number: what comes between the two is not lost.
        await hub.subscribe(self.take)
        await self.accept()
        await self._say_sync(first=True)
        regular = (
            (SYNC_SECONDS, self._say_sync),
            (PING_SECONDS, self._ping),
            (RECHECK_SECONDS, self._recheck),
        )
        self.tasks += [asyncio.create_task(self._every(seconds, action)) for seconds, action in regular]
        self.tasks.append(asyncio.create_task(self._drain()))

    async def disconnect(self, code: int) -> None:
        if not hasattr(self, "waiting"):
            return
        hub.unsubscribe(self.take)
        for task in self.tasks:
            task.cancel()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Nothing is expected from clients; what they send is ignored."""

    def take(self, news: News) -> None:
        """Called by the hub. A socket that does not keep up is closed rather than let grow: it refetches."""
        if self.job_ids or self.job_types:
            self.waiting.extend(frame.text for frame in news if self._wanted(frame))
        else:
            self.waiting.extend(news.texts)
        if len(self.waiting) > MOST_WAITING_FRAMES:
            self.waiting.clear()
            self.tasks.append(asyncio.create_task(self._end(TRY_AGAIN_LATER)))
        if self.waiting:
            self.something.set()

    def _wanted(self, frame: Frame) -> bool:
        if frame.kind == SYNC:
            return True
        if self.job_ids and frame.job_id not in self.job_ids:
            return False
        if self.job_types and frame.job_type not in self.job_types:
            return False
        return bool(self.job_ids) or frame.kind != EventKind.LOG

    async def _drain(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self.something.wait()
            self.something.clear()
            if not self.batch_seconds:
                while self.waiting:
                    await self._write(self.waiting.popleft())
            elif self.waiting:
                texts, self.waiting = self.waiting, deque()
                next_at = loop.time() + self.batch_seconds
                await self._write(_batch(tuple(texts)))
                await asyncio.sleep(next_at - loop.time())

    async def _write(self, text: str) -> None:
        try:
            async with asyncio.timeout(SEND_TIMEOUT_SECONDS):
                await self.send(text_data=text)
        except TimeoutError:
            await self._end(TRY_AGAIN_LATER)

    async def _end(self, code: int) -> None:
        """Close for good: nothing may be sent after it."""
        hub.unsubscribe(self.take)
        for task in self.tasks:
            if task is not asyncio.current_task():
                task.cancel()
        await self.close(code)

    def _say(self, text: str, *, first: bool = False) -> None:
        """Through the same queue as all frames, so that a batch has it, too."""
        self.waiting.insert(0 if first else len(self.waiting), text)
        self.something.set()

    async def _say_sync(self, *, first: bool = False) -> None:
        """`live` is false while this process cannot receive events: the reader should poll meanwhile."""
        try:
            seq = await database_sync_to_async(lambda: queries.relay().last_seq)()
        except Exception:  # noqa: BLE001 - the database is away: the next sync tells
            return
        self._say(sync_frame(seq, live=hub.live).text, first=first)

    async def _ping(self) -> None:
        ping = {"notification_type": "ping", "seq": None, "data": {"server_time": datetime.now(UTC)}}
        self._say(dump_json(ping).decode())

    async def _recheck(self) -> None:
        if not await still_allowed(self.scope):
            await self._end(RIGHTS_LOST)

    async def _every(self, seconds: float, action: Any) -> None:
        while True:
            await asyncio.sleep(seconds)
            with contextlib.suppress(asyncio.TimeoutError):
                await action()


@lru_cache(maxsize=2)
def _batch(texts: tuple[str, ...]) -> SharedText:
    """Sockets with the same filter send the same at the same moment: it is put together once for all of them."""
    return SharedText(f"[{','.join(texts)}]")


def _batch_seconds(text: str) -> float:
    return min(int(text), LONGEST_BATCH_MS) / 1000 if re.fullmatch(r"[0-9]{1,9}", text) else 0.0

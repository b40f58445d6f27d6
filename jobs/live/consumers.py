"""`/ws/jobs/`: one socket. Filters the hub's frames, sends them singly or in batches, says `sync` and `ping`."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections import deque
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.core.exceptions import SuspiciousOperation
from django.http import QueryDict
from drf_spectacular.utils import OpenApiParameter

from accounts.channels_auth import is_still_allowed
from foundation.api_bodies import whole_number
from foundation.api_views import refuse_undeclared
from foundation.errors import Invalid, Problem
from foundation.shared_text import SharedText
from foundation.socket_refusal import refuse
from foundation.strict_json import dump_json
from jobs.live.frames import SYNC, EventBatch, Frame, sync_frame
from jobs.live.hub import DATABASE_PATIENCE_SECONDS, hub
from jobs.read import queries
from jobs.states import EventKind

SYNC_SECONDS = 20.0
PING_SECONDS = 15.0
RECHECK_SECONDS = 60.0
SEND_TIMEOUT_SECONDS = 10.0
MAX_WAITING_FRAMES = 5000
MAX_BATCH_MS = 10_000

_TEXTS = {"type": "array", "items": {"type": "string"}}
PARAMETERS = {
    parameter.name: parameter
    for parameter in (
        OpenApiParameter("job_type", _TEXTS),
        OpenApiParameter("job_id", _TEXTS),
        OpenApiParameter("batch", int),
        OpenApiParameter("ticket", str),
    )
}

_JOB_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
TRY_AGAIN_LATER = 1013
RIGHTS_LOST = 4403


class JobStream(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels ships no types
    # No channel of its own: the hub receives for all sockets, and a socket outlives the channel layer.
    channel_layer_alias = ""

    async def connect(self) -> None:
        if self.scope.get("user") is None:
            await self.close()  # before accept: the handshake is answered 403
            return
        try:
            query = _read_query(self.scope["query_string"])
            batch_ms = whole_number(query, "batch", default=0, at_least=1, at_most=MAX_BATCH_MS)
        except Invalid as exc:
            await refuse(self.scope, self.base_send, exc)
            return
        self.job_types = frozenset(query.getlist("job_type"))
        self.job_ids = frozenset(job_id.lower() for job_id in query.getlist("job_id"))
        self.batch_seconds = batch_ms / 1000
        self.waiting: deque[str] = deque()
        self.tasks: list[asyncio.Task[None]] = []
        self.something = asyncio.Event()
        # First the subscription, then the look at the newest number: what comes between the two is not lost.
        await hub.subscribe(self.take)
        known = hub.newest
        if known is not None:
            self.waiting.clear()  # what came while the hub was joining: `known` counts it
        await self.accept()
        await self._say_sync(known, first=True)
        regular = (
            (SYNC_SECONDS, self._say_regular_sync),
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

    def take(self, news: EventBatch) -> None:
        """Called by the hub. A socket that does not keep up is closed rather than let grow: it refetches."""
        if self.job_ids or self.job_types:
            self.waiting.extend(frame.text for frame in news if self._wanted(frame))
        else:
            self.waiting.extend(news.texts)
        if len(self.waiting) > MAX_WAITING_FRAMES:
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

    async def _say_regular_sync(self) -> None:
        await self._say_sync(hub.newest)

    async def _say_sync(self, seq: int | None, *, first: bool = False) -> None:
        """Send a `sync` frame with `seq`, the number of the last event that this socket was given.

        None means that the channel layer is away: then the newest number is read from Postgres, and `live` is
        false, so that the reader polls REST meanwhile.
        """
        live = seq is not None
        if seq is None:
            try:
                async with asyncio.timeout(DATABASE_PATIENCE_SECONDS):
                    seq = await database_sync_to_async(lambda: queries.get_relay().last_seq)()
            except Exception:  # noqa: BLE001 - the database is away: the next sync tells
                return
        self._say(sync_frame(seq, live=live).text, first=first)

    async def _ping(self) -> None:
        ping = {"notification_type": "ping", "seq": None, "data": {"server_time": datetime.now(UTC)}}
        self._say(dump_json(ping).decode())

    async def _recheck(self) -> None:
        if not await is_still_allowed(self.scope):
            await self._end(RIGHTS_LOST)

    async def _every(self, seconds: float, action: Any) -> None:
        while True:
            await asyncio.sleep(seconds)
            with contextlib.suppress(asyncio.TimeoutError):
                await action()


def _read_query(raw: bytes) -> QueryDict:
    """Raises Invalid for what a socket does not take: a misspelt filter would bring everything."""
    try:
        query = QueryDict(raw)
    except SuspiciousOperation:
        raise Invalid(Problem("bad_request", "There are too many parameters.")) from None
    refuse_undeclared(query, PARAMETERS)
    for job_id in query.getlist("job_id"):
        if not _JOB_ID.fullmatch(job_id):
            raise Invalid(
                Problem("format", "Write whole ids of jobs: 8-4-4-4-12 hexadecimal digits.", "job_id")
            )
    return query


@lru_cache(maxsize=2)
def _batch(texts: tuple[str, ...]) -> SharedText:
    """Sockets with the same filter send the same at the same moment: it is put together once for all of them."""
    return SharedText(f"[{','.join(texts)}]")

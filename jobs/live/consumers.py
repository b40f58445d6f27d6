"""Serves websockets at `/ws/jobs/`: sends each the event frames it asked for, and regular `sync` and `ping` frames."""

from __future__ import annotations

import asyncio
import logging
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
from foundation.errors import Invalid, Problem, Unavailable
from foundation.shared_text import SharedText
from foundation.socket_refusal import refuse
from foundation.strict_json import dump_json
from jobs.live.frames import SYNC, Frame, Frames, sync_frame
from jobs.live.hub import DATABASE_AWAY, DATABASE_PATIENCE_SECONDS, hub
from jobs.live.rights_watch import rights_watch
from jobs.read import records
from jobs.read.visibility import Visibility, visibility_of
from jobs.states import EventKind

log = logging.getLogger(__name__)
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
    """Serves one websocket of `/ws/jobs/`; closes it if too many frames wait because the client reads too slowly."""

    # No channel of its own: the hub receives for all sockets, and a socket outlives the channel layer.
    channel_layer_alias = ""

    async def connect(self) -> None:
        """Refuses an invalid caller or query; else accepts the websocket and queues a `sync` frame as the first."""
        if self.scope.get("user") is None:
            await self.close()  # before accept: the handshake is answered 403
            return
        try:
            query = _read_query(self.scope["query_string"])
            batch_ms = whole_number(query, "batch", default=0, at_least=1, at_most=MAX_BATCH_MS)
        except Invalid as exc:
            await refuse(self.scope, self.base_send, exc)
            return
        try:
            self.visibility = await self._read_visibility()
        except DATABASE_AWAY:
            away = "The database is not reachable right now: connect again in some seconds."
            await refuse(self.scope, self.base_send, Unavailable(Problem("database_unavailable", away)))
            return
        self.job_types = frozenset(query.getlist("job_type"))
        self.job_ids = frozenset(job_id.lower() for job_id in query.getlist("job_id"))
        self.batch_seconds = batch_ms / 1000
        self.waiting: deque[str] = deque()
        self.tasks: list[asyncio.Task[None]] = []
        self.has_frames = asyncio.Event()
        # Subscribe first, then read the newest number: what comes between the two is not lost.
        await hub.subscribe(self.receive_events)
        known = hub.newest
        if known is not None:
            self.waiting.clear()  # what came while the hub was joining is included in `known`
        await self.accept()
        await self._send_sync(known, first=True)
        regular = (
            (SYNC_SECONDS, self._send_regular_sync),
            (PING_SECONDS, self._ping),
            (RECHECK_SECONDS, self._recheck),
        )
        self.tasks += [asyncio.create_task(self._every(seconds, action)) for seconds, action in regular]
        self.tasks.append(asyncio.create_task(self._drain()))
        rights_watch.add(self._recheck)

    async def disconnect(self, code: int) -> None:
        """Unsubscribes this websocket from the hub and stops its tasks."""
        if not hasattr(self, "waiting"):
            return
        rights_watch.remove(self._recheck)
        hub.unsubscribe(self.receive_events)
        for task in self.tasks:
            task.cancel()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Ignores what the client sends: nothing is expected from it."""

    def receive_events(self, frames: Frames) -> None:
        """Queues the hub's frames that this user may get and that pass the filters.

        Closes the websocket if its queue is too long.
        """
        if self.job_ids or self.job_types or not self.visibility.is_complete:
            texts = (frames.text_for(frame, self.visibility) for frame in frames if self._is_wanted(frame))
            self.waiting.extend(text for text in texts if text is not None)
        else:
            self.waiting.extend(frames.texts)
        if len(self.waiting) > MAX_WAITING_FRAMES:
            self.waiting.clear()
            self.tasks.append(asyncio.create_task(self._end(TRY_AGAIN_LATER)))
        if self.waiting:
            self.has_frames.set()

    def _is_wanted(self, frame: Frame) -> bool:
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
            await self.has_frames.wait()
            self.has_frames.clear()
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
        """Closes the websocket with this close code, and stops the tasks that could still send frames."""
        rights_watch.remove(self._recheck)
        hub.unsubscribe(self.receive_events)
        for task in self.tasks:
            if task is not asyncio.current_task():
                task.cancel()
        await self.close(code)

    def _enqueue(self, text: str, *, first: bool = False) -> None:
        """Queues the text of a `sync` or `ping` frame after the waiting event frames, or before them if `first`."""
        self.waiting.insert(0 if first else len(self.waiting), text)
        self.has_frames.set()

    async def _send_regular_sync(self) -> None:
        await self._send_sync(hub.newest)

    async def _send_sync(self, seq: int | None, *, first: bool = False) -> None:
        """Queues a `sync` frame with `seq`, the number of the last event that was delivered to this websocket.

        None means that the channel layer is away: then the newest number is read from Postgres, and the frame says
        `live: false`, so that the client polls REST meanwhile.
        """
        live = seq is not None
        if seq is None:
            try:
                async with asyncio.timeout(DATABASE_PATIENCE_SECONDS):
                    seq = await database_sync_to_async(records.newest_seq)()
            except Exception:  # noqa: BLE001 - the database is away: the next sync will do
                return
        self._enqueue(sync_frame(seq, live=live).text, first=first)

    async def _ping(self) -> None:
        ping = {"notification_type": "ping", "seq": None, "data": {"server_time": datetime.now(UTC)}}
        self._enqueue(dump_json(ping).decode())

    async def _recheck(self) -> None:
        """Looks up the user again, and what the user may see; closes the websocket if the user may not stay.

        Raises one of DATABASE_AWAY; all stays as it is then, since clients that lose their websockets would all connect
        again at once.
        """
        if await is_still_allowed(self.scope):
            self.visibility = await self._read_visibility()
        else:
            await self._end(RIGHTS_LOST)

    async def _read_visibility(self) -> Visibility:
        """Returns what the websocket's user may see now. Raises one of DATABASE_AWAY."""
        async with asyncio.timeout(DATABASE_PATIENCE_SECONDS):
            found: Visibility = await database_sync_to_async(visibility_of)(self.scope["user"].actor)
            return found

    async def _every(self, seconds: float, action: Any) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await action()
            except DATABASE_AWAY:
                pass  # it is done the next time
            except Exception:
                log.exception("a regular task of a websocket failed; it is done again in %s s", seconds)


def _read_query(raw: bytes) -> QueryDict:
    """Parses a websocket's query. Raises Invalid for unknown parameters: a misspelled filter would let all through."""
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
    """Joins frames into a JSON array; cached, as websockets with the same filters send the same batch at once."""
    return SharedText(f"[{','.join(texts)}]")

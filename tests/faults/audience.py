"""Twenty websocket clients that do what a browser does: believe frames, and read over REST what they missed."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import httpx
from websockets.asyncio.client import connect

SILENCE_SECONDS = 30  # a ping comes every 15 s
RECONNECT_SECONDS = 1.0
QUERIES = ("", "?batch=250", "?job_type=laborer", "?job_type=retrier&job_type=poison&batch=1000", "?batch=50")
Seen = dict[str, tuple[str, int]]  # job -> its state and version


class Watcher:
    """One client: what it believes of the jobs it asked for."""

    def __init__(
        self, url: str, token: str, query: str, rest: httpx.AsyncClient, forbidden: Sequence[str]
    ) -> None:
        self.job_types = frozenset(
            part.removeprefix("job_type=")
            for part in query.lstrip("?").split("&")
            if part.startswith("job_type=")
        )
        self.seen: Seen = {}
        self.leaks: list[str] = []  # frames with anything forbidden in them
        self._forbidden = forbidden
        self._address = f"{url.replace('http', 'ws', 1)}/ws/jobs/{query}"
        self._headers = {"Authorization": f"Token {token}"}
        self._rest = rest
        self._last = 0

    def wants(self, job_type: str) -> bool:
        return not self.job_types or job_type in self.job_types

    async def watch(self) -> None:
        while True:
            # Whatever ended it, a browser would try again; what it never heard shows in the end.
            with suppress(Exception):
                await self._one_connection()
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _one_connection(self) -> None:
        socket = connect(
            self._address,
            additional_headers=self._headers,
            proxy=None,
            open_timeout=20,
            ping_interval=None,
            max_queue=None,
        )
        async with socket as frames:
            while True:
                text = str(await asyncio.wait_for(frames.recv(), SILENCE_SECONDS))
                if any(secret in text for secret in self._forbidden):
                    self.leaks.append(text)
                frame = json.loads(text)
                for one in frame if isinstance(frame, list) else [frame]:
                    await self._take(one)

    async def _take(self, frame: dict[str, Any]) -> None:
        if frame["notification_type"] == "ping":
            return
        if frame["notification_type"] == "sync":
            if frame["seq"] > self._last:
                await self._catch_up()
            return
        if frame["seq"] > self._last:
            self._last = frame["seq"]
            self._believe(frame["data"])

    async def _catch_up(self) -> None:
        while True:
            answer = await self._rest.get("events/", params={"after": self._last})
            page = answer.raise_for_status().json()
            for event in page["results"]:
                self._believe(event["data"])
            self._last = max(self._last, page["next"])
            if not page["results"]:
                return

    def _believe(self, job: dict[str, Any]) -> None:
        if self.wants(job["job_type"]) and job["version"] > self.seen.get(job["job_id"], ("", 0))[1]:
            self.seen[job["job_id"]] = job["state"], job["version"]


class Audience:
    """`with Audience(url, token, 20) as audience`: all of them in one thread."""

    def __init__(self, url: str, token: str, size: int, *, forbidden: Sequence[str]) -> None:
        self._url, self._token, self._size, self._forbidden = url, token, size, forbidden
        self.watchers: list[Watcher] = []

    def __enter__(self) -> Audience:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="audience", daemon=True)
        self._thread.start()
        self._watching = asyncio.run_coroutine_threadsafe(self._watch(), self._loop)
        return self

    def __exit__(self, *_: object) -> None:
        self._watching.cancel()
        asyncio.run_coroutine_threadsafe(_all_others_end(), self._loop).result(timeout=30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=30)
        self._loop.close()

    async def _watch(self) -> None:
        async with httpx.AsyncClient(
            base_url=f"{self._url}/api/v1/",
            headers={"Authorization": f"Token {self._token}"},
            timeout=30,
            trust_env=False,
            limits=httpx.Limits(max_connections=3),
        ) as rest:
            self.watchers = [
                Watcher(self._url, self._token, QUERIES[number % len(QUERIES)], rest, self._forbidden)
                for number in range(self._size)
            ]
            await asyncio.gather(*(watcher.watch() for watcher in self.watchers))

    def await_agreement(
        self, jobs: Mapping[str, tuple[str, str, int]], *, within: float
    ) -> list[dict[str, tuple[str, int]]]:
        """`jobs`: (type, state, version) by id. What each client believes, when all agree or the time is over."""
        deadline = time.monotonic() + within
        while not all(agrees(watcher, jobs) for watcher in self.watchers) and time.monotonic() < deadline:
            time.sleep(0.5)
        return [dict(watcher.seen) for watcher in self.watchers]


def agrees(watcher: Watcher, jobs: Mapping[str, tuple[str, str, int]]) -> bool:
    wanted = {
        job_id: (state, version)
        for job_id, (job_type, state, version) in jobs.items()
        if watcher.wants(job_type)
    }
    return watcher.seen == wanted


async def _all_others_end() -> None:
    others: Iterable[asyncio.Task[Any]] = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)

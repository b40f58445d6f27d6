"""One websocket of the jobs stream as a client sees it, and the relay that feeds it."""

from __future__ import annotations

import json
from typing import Any

from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator

from jobs.dispatcher.relay import Relay
from scheduler_project.asgi import application

Frame = dict[str, Any]
HOST = b"jobs.example:8000"
OURS = "http://jobs.example:8000"
PATIENCE_SECONDS = 10


class Stream:
    """`await stream.open()` answers whether the handshake was accepted."""

    def __init__(self, query: str = "", **headers: str) -> None:
        sent = [
            (b"host", HOST),
            *((name.encode(), value.encode("latin-1")) for name, value in headers.items()),
        ]
        self._socket = WebsocketCommunicator(application, f"/ws/jobs/?{query}", headers=sent)
        self._is_open = False

    async def open(self) -> bool:
        self._is_open, _ = await self._socket.connect(timeout=PATIENCE_SECONDS)
        return self._is_open

    async def receive(self) -> Any:
        """The next frame: an object, or a list in batches."""
        return json.loads(await self._socket.receive_from(timeout=PATIENCE_SECONDS))

    async def events(self, count: int) -> list[Frame]:
        """The next frames that tell of jobs."""
        found: list[Frame] = []
        while len(found) < count:
            received = await self.receive()
            frames = received if isinstance(received, list) else [received]
            found += [frame for frame in frames if frame["notification_type"].startswith("job_")]
        return found

    async def close_code(self) -> int:
        """The code the server closes with; frames before it are passed over."""
        while True:
            message = await self._socket.receive_output(timeout=PATIENCE_SECONDS)
            if message["type"] == "websocket.close":
                self._is_open = False
                return int(message["code"])

    async def is_silent(self) -> bool:
        return bool(await self._socket.receive_nothing(timeout=0.2))

    async def send(self, text: str) -> None:
        await self._socket.send_to(text)

    async def close(self) -> None:
        await self._socket.disconnect(timeout=PATIENCE_SECONDS) if self._is_open else None


@database_sync_to_async
def relay_turn() -> None:
    """One turn of the dispatcher's relay."""
    relay = Relay()
    try:
        relay.turn()
    finally:
        relay._loop.close()

"""One websocket of the jobs stream as a client sees it, and the relay that feeds it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async

from jobs.dispatcher.relay import Relay
from jobs.live import consumers
from jobs.live.frames import Batch, Frame
from jobs.live.hub import Hub
from scheduler_project.asgi import application

Received = dict[str, Any]
HOST = b"jobs.example:8000"
OURS = "http://jobs.example:8000"
PATIENCE_SECONDS = 10

Listen = Callable[..., Awaitable["Stream"]]


class Stream:
    """`await stream.open()` answers whether the handshake was accepted.

    On asgiref's own communicator: the one of channels.testing cannot be imported without a second web server.
    """

    def __init__(
        self, query: str = "", *, path: str = "/ws/jobs/", extensions: Sequence[str] = (), **headers: str
    ) -> None:
        sent = [
            (b"host", HOST),
            *((name.encode(), value.encode("latin-1")) for name, value in headers.items()),
        ]
        scope = {
            "type": "websocket",
            "path": path,
            "extensions": {name: {} for name in extensions},
            "query_string": query.encode(),
            "headers": sent,
            "subprotocols": [],
        }
        self._socket = ApplicationCommunicator(application, scope)
        self._is_open = False

    async def refusal(self) -> tuple[int, Received]:
        """Status and body of a handshake that is answered instead of accepted."""
        await self._socket.send_input({"type": "websocket.connect"})
        start = await self._socket.receive_output(PATIENCE_SECONDS)
        body = await self._socket.receive_output(PATIENCE_SECONDS)
        return start["status"], json.loads(body["body"])

    async def open(self) -> bool:
        await self._socket.send_input({"type": "websocket.connect"})
        answer = await self._socket.receive_output(PATIENCE_SECONDS)
        self._is_open = answer["type"] == "websocket.accept"
        return self._is_open

    async def receive(self) -> Any:
        """The next frame: an object, or a list in batches."""
        return json.loads(await self.receive_text())

    async def receive_text(self) -> str:
        message = await self._socket.receive_output(PATIENCE_SECONDS)
        assert message["type"] == "websocket.send", message
        text: str = message["text"]
        return text

    async def events(self, count: int) -> list[Received]:
        """The next frames that tell of jobs."""
        found: list[Received] = []
        while len(found) < count:
            received = await self.receive()
            frames = received if isinstance(received, list) else [received]
            found += [frame for frame in frames if frame["notification_type"].startswith("job_")]
        return found

    async def close_code(self) -> int:
        """The code the server closes with; frames before it are passed over."""
        while True:
            message = await self._socket.receive_output(PATIENCE_SECONDS)
            if message["type"] == "websocket.close":
                await self.close()
                return int(message["code"])

    async def is_silent(self) -> bool:
        return bool(await self._socket.receive_nothing(timeout=0.2))

    async def send(self, text: str) -> None:
        await self.send_message({"text": text})

    async def send_message(self, message: Received) -> None:
        """Sends a frame of text or bytes: `{"text": ...}` or `{"bytes": ...}`."""
        await self._socket.send_input({"type": "websocket.receive", **message})

    async def close(self) -> None:
        if self._is_open:
            self._is_open = False
            await self._socket.send_input({"type": "websocket.disconnect", "code": 1000})
            await self._socket.wait(PATIENCE_SECONDS)


def hand_out(frames: list[Frame]) -> None:
    """As if the channel layer had brought these, and nothing had been lost."""
    hub: Hub = vars(consumers)["hub"]
    hub._deliver(Batch(0, frames[-1].seq, frames))


def made_up(seq: int, kind: str = "job_progress", job_type: str = "otp_send_job") -> Frame:
    text = f'{{"notification_type": "{kind}", "seq": {seq}, "data": {{}}}}'
    return Frame(seq, kind, job_type, str(uuid.UUID(int=1)), text)


async def relay_turn() -> None:
    """One turn of the dispatcher's relay."""
    await database_sync_to_async(_relay_turn)()


def _relay_turn() -> None:
    relay = Relay()
    try:
        relay.run_once()
    finally:
        relay._loop.close()

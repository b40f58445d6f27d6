"""One user keeps so many websockets open, and one client sends so many frames."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from accounts import socket_limits
from accounts.models import User
from accounts.socket_limits import MAX_FRAMES_AT_ONCE, SocketLimits

ANN, BEN = User(pk=1, username="ann"), User(pk=2, username="ben")
FRAME = {"type": "websocket.receive", "text": "x"}
GONE = {"type": "websocket.disconnect", "code": 1000}


class Socket:
    """One client: sends the frames of `frames` and reads `answers`. The application notes what it gets in `seen`."""

    def __init__(self, limits: SocketLimits, user: User | None) -> None:
        self.frames: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.answers: list[dict[str, Any]] = []
        scope: dict[str, Any] = {
            "type": "websocket",
            "user": user,
            "extensions": {"websocket.http.response": {}},
        }
        self._task = asyncio.create_task(limits(scope, self.frames.get, self._send))

    async def _send(self, message: dict[str, Any]) -> None:
        self.answers.append(message)

    async def end(self) -> None:
        self.frames.put_nowait(GONE)
        await asyncio.wait_for(self._task, 10)


async def echo(_scope: Any, receive: Any, send: Any) -> None:
    """Accepts, and says of each message which it is, until the websocket is closed."""
    await send({"type": "websocket.accept"})
    while True:
        message = await receive()
        await send({"type": "seen", "of": message["type"]})
        if message["type"] == "websocket.disconnect":
            return


async def opened(limits: SocketLimits, user: User | None) -> Socket:
    socket = Socket(limits, user)
    while not socket.answers:
        await asyncio.sleep(0)
    return socket


@pytest.fixture
def limits(settings: Any) -> SocketLimits:
    settings.SOCKETS_PER_USER = 2
    return SocketLimits(echo)


async def test_a_user_has_so_many_open_and_others_are_not_affected(limits: SocketLimits) -> None:
    first, second = await opened(limits, ANN), await opened(limits, ANN)
    third, of_ben = await opened(limits, ANN), await opened(limits, BEN)
    assert [one.answers[0]["type"] for one in (first, second, of_ben)] == ["websocket.accept"] * 3
    assert third.answers[0] | {"headers": None} == {
        "type": "websocket.http.response.start",
        "status": 429,
        "headers": None,
    }
    assert b"too_many_sockets" in third.answers[1]["body"]
    await first.end()
    again = await opened(limits, ANN)
    assert again.answers[0]["type"] == "websocket.accept"
    for socket in (second, again, of_ben):
        await socket.end()
    assert not limits._open


async def test_one_that_fails_is_counted_no_more(settings: Any) -> None:
    async def fail(*_: Any) -> None:
        raise RuntimeError

    settings.SOCKETS_PER_USER = 1
    limits = SocketLimits(fail)
    for _ in range(2):
        with pytest.raises(RuntimeError):
            await limits({"user": ANN}, asyncio.Queue().get, fail)


async def test_without_a_user_nothing_is_counted(limits: SocketLimits) -> None:
    sockets = [await opened(limits, None) for _ in range(3)]
    assert {socket.answers[0]["type"] for socket in sockets} == {"websocket.accept"}
    for socket in sockets:
        await socket.end()


async def test_a_client_that_sends_too_many_frames_is_closed(
    limits: SocketLimits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_limits, "MAX_FRAMES_PER_SECOND", 0.001)
    socket = await opened(limits, ANN)
    for _ in range(MAX_FRAMES_AT_ONCE + 1):
        socket.frames.put_nowait(FRAME)
    await asyncio.wait_for(socket._task, 10)
    seen = [answer["of"] for answer in socket.answers if answer["type"] == "seen"]
    assert seen == ["websocket.receive"] * MAX_FRAMES_AT_ONCE + ["websocket.disconnect"]
    closed = [answer["code"] for answer in socket.answers if answer["type"] == "websocket.close"]
    assert closed == [1008]

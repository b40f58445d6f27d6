"""A `SharedText` is one ready frame for all sockets, and to its readers a text like others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from foundation.shared_text import SharedText
from scheduler_project.socket_protocol import SocketProtocol

Send = Callable[[dict[str, Any]], Awaitable[None]]
PATIENCE_SECONDS = 10


@asynccontextmanager
async def served(
    tell: Callable[[Send], Awaitable[None]], protocol: type[SocketProtocol] = SocketProtocol
) -> AsyncIterator[str]:
    """An application that tells each socket something and then waits for its end; answers its address."""

    async def application(_scope: Any, receive: Callable[[], Awaitable[Any]], send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        await tell(send)
        while (await receive())["type"] != "websocket.disconnect":
            pass

    config = uvicorn.Config(application, lifespan="off", log_config=None, ws_per_message_deflate=False)
    state = ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: protocol(config, state, {}), "127.0.0.1", 0)
    try:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    finally:
        server.close()
        await asyncio.wait_for(asyncio.gather(*state.tasks), PATIENCE_SECONDS)


@pytest.mark.parametrize(
    "text", ["", "{}", "x" * 125, "x" * 126, "x" * 65535, "x" * 65536, "ü€\U0001f600" * 9, "x" * 300_000]
)
async def test_every_reader_gets_the_text(text: str) -> None:
    shared = SharedText(text)

    async def tell(send: Send) -> None:
        await send({"type": "websocket.send", "text": shared})

    async with served(tell) as address, connect(address) as one, connect(address) as two:
        assert [await one.recv(), await two.recv()] == [text, text]


async def test_it_keeps_its_place_among_other_texts() -> None:
    async def tell(send: Send) -> None:
        for text in ("1", SharedText("2"), "3", SharedText("4")):
            await send({"type": "websocket.send", "text": text})

    async with served(tell) as address, connect(address) as reader:
        assert [await reader.recv() for _ in range(4)] == ["1", "2", "3", "4"]


def test_its_frame_is_made_once() -> None:
    shared = SharedText("once")
    assert shared.frame is shared.frame
    assert shared == "once"


async def test_a_reader_that_takes_nothing_holds_the_sender_back() -> None:
    full, sent, number = asyncio.Event(), [], 100

    class Watched(SocketProtocol):
        def pause_writing(self) -> None:
            super().pause_writing()
            full.set()

    async def tell(send: Send) -> None:
        for n in range(number):
            await send({"type": "websocket.send", "text": SharedText(f"{n} {'x' * 500_000}")})
            sent.append(n)

    async with served(tell, Watched) as address, connect(address, max_queue=1) as reader:
        await asyncio.wait_for(full.wait(), PATIENCE_SECONDS)
        assert len(sent) < number
        assert [(await reader.recv()).split()[0] for _ in range(number)] == [str(n) for n in range(number)]


async def test_after_the_close_nothing_is_sent() -> None:
    failed: list[type[Exception]] = []

    async def tell(send: Send) -> None:
        await send({"type": "websocket.close", "code": 1013})
        try:
            await send({"type": "websocket.send", "text": SharedText("late")})
        except RuntimeError as exc:
            failed.append(type(exc))

    async with served(tell) as address, connect(address) as reader:
        with pytest.raises(ConnectionClosed) as closed:
            await reader.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1013
    assert failed == [RuntimeError]


async def test_a_reader_that_is_gone_is_said_to_be_gone() -> None:
    gone, told = asyncio.Event(), asyncio.Event()

    async def tell(send: Send) -> None:
        await gone.wait()
        try:
            await send({"type": "websocket.send", "text": SharedText("late")})
        except OSError:  # uvicorn's own ClientDisconnected is one
            told.set()

    async with served(tell) as address:
        async with connect(address):
            pass
        gone.set()
        await asyncio.wait_for(told.wait(), PATIENCE_SECONDS)

"""Every handshake is answered, at any address and of any size, by the server as it runs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
import uvicorn
from uvicorn.server import ServerState

from scheduler_project.asgi import application
from scheduler_project.http_protocol import HttpProtocol
from scheduler_project.socket_protocol import SocketProtocol

PATIENCE_SECONDS = 10
HEAD = (
    "GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{more}\r\n"
)


@pytest.fixture
async def port() -> AsyncIterator[int]:
    config = uvicorn.Config(
        application, lifespan="off", log_config=None, http=HttpProtocol, ws=SocketProtocol
    )
    config.load()
    state = ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: HttpProtocol(config, state, {}), "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    await asyncio.wait_for(asyncio.gather(*state.tasks), PATIENCE_SECONDS)


async def answer_to(port: int, head: str, *, pieces: int = 1) -> tuple[int, bytes]:
    """The status and the body of the answer to a handshake, which is sent in so many pieces."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        size = -(-len(head) // pieces)
        for start in range(0, len(head), size):
            writer.write(head[start : start + size].encode())
            await writer.drain()
        raw = await asyncio.wait_for(reader.read(), PATIENCE_SECONDS)
    finally:
        writer.close()
    answer, _, body = raw.partition(b"\r\n\r\n")
    return int(answer.split()[1]) if answer else 0, body


@pytest.mark.parametrize(
    "path", ["/ws/other/", "/ws/", "/ws/jobs", "/ws/jobs/more/", "/", "/api/v1/jobs/", "/%ff"]
)
async def test_an_address_without_a_websocket_is_404(port: int, path: str) -> None:
    status, body = await answer_to(port, HEAD.format(path=path, more=""))
    assert (status, json.loads(body)["errors"][0]["code"]) == (404, "not_found")


async def test_a_stranger_is_403(port: int) -> None:
    assert (await answer_to(port, HEAD.format(path="/ws/jobs/", more="")))[0] == 403


@pytest.mark.parametrize("pieces", [1, 2, 7])
@pytest.mark.parametrize("length", [8_000, 8_192, 9_000, 30_000, 60_000, 100_000])
async def test_a_long_handshake_is_answered(port: int, length: int, pieces: int) -> None:
    for more, path in (
        (f"Cookie: a={'x' * length}\r\n", "/ws/jobs/"),
        ("", f"/ws/jobs/?job_type={'x' * length}"),
    ):
        status, _ = await answer_to(port, HEAD.format(path=path, more=more), pieces=pieces)
        assert status in ({403} if length < 8_100 else {403, 431}), status


@pytest.mark.parametrize("pieces", [1, 3])
@pytest.mark.parametrize("number", [50, 90, 200, 1_000])
async def test_a_handshake_of_many_headers_is_answered(port: int, number: int, pieces: int) -> None:
    more = "".join(f"X-{one}: {'x' * 100}\r\n" for one in range(number))
    status, _ = await answer_to(port, HEAD.format(path="/ws/jobs/", more=more), pieces=pieces)
    assert status == (403 if number < 95 else 431)

"""What comes before a request is whole has bounds, and so has an answer that nobody takes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from scheduler_project import http_protocol
from scheduler_project.http_protocol import MAX_HEAD_BYTES, MAX_HEADERS, HttpProtocol
from scheduler_project.socket_protocol import SocketProtocol

PATIENCE_SECONDS = 20
GET = b"GET / HTTP/1.1\r\nHost: a\r\n"
POST = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n"
HANDSHAKE = (
    b"GET /ws/ HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
)


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HEAD_SECONDS", "BODY_SECONDS", "WRITE_SECONDS"):
        monkeypatch.setattr(http_protocol, name, 0.3)


async def hello(
    scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
) -> None:
    """Reads the body, if it is asked to by a POST, and says how long it was."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        return
    size, more = 0, scope["path"] != "/early"
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size, more = size + len(message["body"]), message["more_body"]
    body = b"x" * 50_000_000 if scope["path"] == "/large" else str(size).encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@asynccontextmanager
async def connected() -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    config = uvicorn.Config(hello, lifespan="off", log_config=None, ws=SocketProtocol, timeout_keep_alive=1)
    config.load()
    state = ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: HttpProtocol(config, state, {}), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.sockets[0].getsockname()[1])
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            yield reader, writer
    finally:
        writer.transport.abort()
        server.close()
        await asyncio.wait_for(asyncio.gather(*state.tasks), PATIENCE_SECONDS)


async def sent(*parts: bytes) -> bytes:
    """All that is answered until the connection ends."""
    async with connected() as (reader, writer):
        for part in parts:
            writer.write(part)
            await writer.drain()
        return await to_the_end(reader)


async def pour(writer: asyncio.StreamWriter, size: int) -> None:
    for _ in range(size // 50_000):
        writer.write(b"a" * 50_000)
        await writer.drain()


async def to_the_end(reader: asyncio.StreamReader) -> bytes:
    said = b""
    try:
        while some := await reader.read(65536):
            said += some
    except ConnectionResetError:  # closed while more of ours was on its way
        pass
    return said


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


LARGE_HEADS = {
    "one header": GET + b"X: " + b"a" * MAX_HEAD_BYTES + b"\r\n\r\n",
    "many bytes": GET + b"".join(b"X-%d: %s\r\n" % (n, b"a" * 8000) for n in range(10)) + b"\r\n",
    "many headers": GET + b"".join(b"X-%d: a\r\n" % n for n in range(MAX_HEADERS + 1)) + b"\r\n",
    "the address": b"GET /" + b"a" * MAX_HEAD_BYTES + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    "that has no end": GET + b"X: " + b"a" * (8 * MAX_HEAD_BYTES),
    "a handshake's": HANDSHAKE + b"".join(b"X-%d: %s\r\n" % (n, b"a" * 8000) for n in range(10)) + b"\r\n",
    "one line of a handshake": HANDSHAKE + b"Cookie: " + b"a" * 9000 + b"\r\n\r\n",
}


@pytest.mark.parametrize("head", LARGE_HEADS.values(), ids=LARGE_HEADS.keys())
async def test_a_head_that_is_too_large_is_431(head: bytes) -> None:
    assert status(await sent(head)) == 431


async def test_a_hundred_megabytes_of_a_header_are_not_read() -> None:
    async with connected() as (reader, writer):
        writer.write(GET + b"X: ")
        with pytest.raises(ConnectionError):
            await pour(writer, 100_000_000)
        assert status(await to_the_end(reader) or b"HTTP/1.1 431 ") == 431


async def test_a_head_of_usual_size_is_answered() -> None:
    head = GET + b"Cookie: " + b"a" * 16_000 + b"\r\nConnection: close\r\n\r\n"
    assert status(await sent(head)) == 200


async def test_requests_on_one_connection_are_counted_apart() -> None:
    head = GET + b"Cookie: " + b"a" * (MAX_HEAD_BYTES // 2) + b"\r\n"
    answer = await sent(*[head + b"\r\n"] * 5, head + b"Connection: close\r\n\r\n")
    assert answer.count(b"HTTP/1.1 200") == 6


async def test_a_good_handshake_is_accepted() -> None:
    assert status(await sent(HANDSHAKE + b"\r\n")) == 101


LATE = {
    "nothing at all": (b"", None),
    "empty lines": (b"\r\n", None),
    "half a head": (GET, 408),
    "half a body": (POST % 10 + b"abc", 408),
    "no body": (POST % 10, 408),
    "half a chunk": (GET.replace(b"GET", b"POST") + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab", 408),
}


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize(("said", "answer"), LATE.values(), ids=LATE.keys())
async def test_what_does_not_come_in_time_ends_the_connection(said: bytes, answer: int | None) -> None:
    found = await sent(said)
    assert (status(found) if found else None) == answer


@pytest.mark.usefixtures("soon")
async def test_a_second_half_request_ends_it_too() -> None:
    answer = await sent(GET + b"\r\n" + GET)
    assert [status(b"HTTP" + one) for one in answer.split(b"HTTP")[1:]] == [200, 408]


async def test_an_idle_connection_ends() -> None:
    assert status(await sent(GET + b"\r\n")) == 200


@pytest.mark.usefixtures("soon")
async def test_a_head_that_drips_has_no_more_time() -> None:
    async with connected() as (reader, writer):
        answer = asyncio.create_task(to_the_end(reader))
        while not answer.done():
            writer.write(b"GET"[:1])
            await asyncio.wait([answer], timeout=0.05)
        assert status(await answer) in (400, 408)


@pytest.mark.usefixtures("soon")
async def test_a_body_that_keeps_coming_has_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_protocol, "MIN_BODY_BYTES", 10)
    async with connected() as (reader, writer):
        writer.write(POST.replace(b"Host", b"Connection: close\r\nHost") % 1000)
        for _ in range(20):
            writer.write(b"a" * 50)
            await asyncio.sleep(0.05)
        assert (await to_the_end(reader)).endswith(b"\r\n\r\n1000")


@pytest.mark.usefixtures("soon")
async def test_an_answer_that_nobody_takes_ends_the_connection() -> None:
    async with connected() as (_, writer):
        writer.write(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
        writer.transport.pause_reading()  # type: ignore[attr-defined]  # a transport of both ways
        while not writer.transport.is_closing():
            await asyncio.sleep(0.05)
            writer.write(b"\r\n")  # tells of the end, which a paused reader does not see


async def test_what_comes_after_an_early_answer_is_dropped_up_to_a_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http_protocol, "MAX_DROPPED_BYTES", 1_000_000)
    async with connected() as (reader, writer):
        writer.write(b"POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n\r\n")
        assert status(await reader.readuntil(b"\r\n\r\n")) == 200
        writer.write(b"a" * 500_000 + GET + b"\r\n")
        assert status((await reader.readuntil(b"\r\n\r\n"))[1:]) == 200
        writer.write(b"POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n")
        with pytest.raises(ConnectionError):
            await pour(writer, 100_000_000)

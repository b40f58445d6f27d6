"""The load generator of all HTTP measures: keep-alive connections that send prepared requests and wait for answers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator

CONNECTIONS = 16


class Refused(RuntimeError):
    """An answer that is no success: the measure would be of something else."""


def request(method: str, path: str, *, token: str = "", body: bytes = b"") -> bytes:
    head = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    head += ["Content-Type: application/json", "Accept: application/json"]
    if token:
        head.append(f"Authorization: Token {token}")
    return "\r\n".join([*head, "", ""]).encode() + body


def seconds_for(
    port: int, requests: Iterable[bytes], *, connections: int = CONNECTIONS, within: float = 120
) -> float:
    """How long it takes until all are answered. Raises Refused, or TimeoutError after `within` seconds."""
    return asyncio.run(asyncio.wait_for(_send(port, iter(requests), connections), within))


async def _send(port: int, requests: Iterator[bytes], connections: int) -> float:
    loop = asyncio.get_running_loop()
    opened = [
        await loop.create_connection(lambda: _Connection(requests), "127.0.0.1", port)
        for _ in range(connections)
    ]
    began = time.perf_counter()
    for _, connection in opened:
        connection.send_next()
    try:
        await asyncio.gather(*(connection.done for _, connection in opened))
    finally:
        for transport, _ in opened:
            transport.close()
    return time.perf_counter() - began


class _Connection(asyncio.Protocol):
    """Takes the next request as soon as the last one is answered."""

    transport: asyncio.Transport

    def __init__(self, requests: Iterator[bytes]) -> None:
        self.requests = requests
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def send_next(self) -> None:
        following = next(self.requests, None)
        if following is None:
            self.done.set_result(None)
        else:
            self.transport.write(following)

    def data_received(self, data: bytes) -> None:
        self.received += data
        head, gap, body = self.received.partition(b"\r\n\r\n")
        if not gap or not _is_whole(head.lower(), body):
            return
        if head[9:10] != b"2":
            self.done.set_exception(Refused(self.received[:2000].decode(errors="replace")))
            return
        self.received = b""
        self.send_next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or Refused("the server closed the connection"))


def _is_whole(head: bytes, body: bytes) -> bool:
    if b"\r\ntransfer-encoding: chunked" in head:
        return body.endswith(b"0\r\n\r\n")
    _, _, length = head.partition(b"\r\ncontent-length:")
    return len(body) >= int(length.split(b"\r\n", 1)[0])

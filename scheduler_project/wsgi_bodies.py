"""Under WSGI a thread reads its request's body and waits for a slow sender. Here it waits for so long only.

Read bodies are in memory: they are bounded before (body_limits.py).
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from io import BytesIO
from typing import Any

from scheduler_project.http_protocol import BODY_SECONDS, MIN_BODY_BYTES

AnyApp = Any
# Mostly a body is there at once, and its own thread reads it. Only where so many wait at the same moment, further ones
# get a deadline, which costs a thread more.
MAX_DIRECT = 8
# Threads that were given up end with their connection.
MAX_WITH_DEADLINE = 256
_PIECE = 64 * 1024


class _Late(Exception):
    pass


class _Busy(Exception):
    pass


class _Reader(threading.Thread):
    def __init__(self, stream: Any, length: int, over: threading.Semaphore) -> None:
        super().__init__(name="body", daemon=True)
        self._stream, self._length, self._over = stream, length, over
        self._pieces: list[bytes] = []

    def run(self) -> None:
        try:
            left = self._length
            while left and (piece := self._stream.read(min(left, _PIECE))):
                self._pieces.append(piece)
                left -= len(piece)
        finally:
            self._over.release()

    def body(self) -> bytes:
        """Raises _Late if too little came for too long."""
        self.start()
        seen = 0
        while True:
            self.join(BODY_SECONDS)
            size = sum(map(len, self._pieces))
            if not self.is_alive():
                return b"".join(self._pieces)
            if size - seen < MIN_BODY_BYTES:
                raise _Late
            seen = size


def read_bodies_in_time(app: AnyApp) -> AnyApp:
    direct = threading.Semaphore(MAX_DIRECT)
    with_deadline = threading.Semaphore(MAX_WITH_DEADLINE)

    def read(stream: Any, length: int) -> bytes:
        if direct.acquire(blocking=False):
            try:
                return stream.read(length)  # type: ignore[no-any-return]  # bytes, as WSGI has it
            finally:
                direct.release()
        if not with_deadline.acquire(blocking=False):
            raise _Busy
        return _Reader(stream, length, with_deadline).body()

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if "HTTP_TRANSFER_ENCODING" in environ:
            return _refuse(start_response, "411 Length Required")
        length = environ.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length):
            try:
                environ["wsgi.input"] = BytesIO(read(environ["wsgi.input"], int(length)))
            except _Late:
                return _refuse(start_response, "408 Request Timeout")
            except _Busy:
                return _refuse(start_response, "503 Service Unavailable", ("Retry-After", "5"))
        return app(environ, start_response)  # type: ignore[no-any-return]  # a WSGI application

    return application


def _refuse(start_response: Any, status: str, *headers: tuple[str, str]) -> list[bytes]:
    start_response(status, [("Content-Length", "0"), ("Connection", "close"), *headers])
    return [b""]

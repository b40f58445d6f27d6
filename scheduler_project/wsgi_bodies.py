"""Limits how long a WSGI thread waits for the body of a request from a slow client.

Request bodies are read into memory; body_limits.py has already refused those that are too large.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from io import BytesIO
from typing import Any

from scheduler_project.http_protocol import BODY_SECONDS, MIN_BODY_BYTES

AnyApp = Any
# Most bodies have arrived already, and are read in the request's thread. Further ones, while so many are being read,
# are read in another thread, with a deadline.
MAX_DIRECT = 8
# Threads of late bodies end with their connection.
MAX_WITH_DEADLINE = 256
_CHUNK_BYTES = 64 * 1024


class _BodyTimeout(Exception):
    """Raised for a request body that arrives too slowly; the response is 408."""


class _TooManyBodies(Exception):
    """Raised when too many request bodies are being read already; the response is 503."""


class _Reader(threading.Thread):
    """Reads one request body in a thread, which is abandoned if the client is too slow."""

    def __init__(self, stream: Any, length: int, slots: threading.Semaphore) -> None:
        super().__init__(name="body", daemon=True)
        self._stream, self._length, self._slots = stream, length, slots
        self._chunks: list[bytes] = []

    def run(self) -> None:
        try:
            left = self._length
            while left and (chunk := self._stream.read(min(left, _CHUNK_BYTES))):
                self._chunks.append(chunk)
                left -= len(chunk)
        finally:
            self._slots.release()

    def body(self) -> bytes:
        """Returns the whole request body. Raises _BodyTimeout if fewer than MIN_BODY_BYTES arrive in BODY_SECONDS."""
        self.start()
        seen = 0
        while True:
            self.join(BODY_SECONDS)
            size = sum(map(len, self._chunks))
            if not self.is_alive():
                return b"".join(self._chunks)
            if size - seen < MIN_BODY_BYTES:
                raise _BodyTimeout
            seen = size


def read_bodies_in_time(app: AnyApp) -> AnyApp:
    """Wraps a WSGI application so that it gets complete bodies; responds 408 to slow ones, 503 to too many at once."""
    direct = threading.Semaphore(MAX_DIRECT)
    with_deadline = threading.Semaphore(MAX_WITH_DEADLINE)

    def read(stream: Any, length: int) -> bytes:
        if direct.acquire(blocking=False):
            try:
                return stream.read(length)  # type: ignore[no-any-return]  # bytes, as WSGI has it
            finally:
                direct.release()
        if not with_deadline.acquire(blocking=False):
            raise _TooManyBodies
        return _Reader(stream, length, with_deadline).body()

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if "HTTP_TRANSFER_ENCODING" in environ:
            return _refuse(start_response, "411 Length Required")
        length = environ.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length):
            try:
                environ["wsgi.input"] = BytesIO(read(environ["wsgi.input"], int(length)))
            except _BodyTimeout:
                return _refuse(start_response, "408 Request Timeout")
            except _TooManyBodies:
                return _refuse(start_response, "503 Service Unavailable", ("Retry-After", "5"))
        return app(environ, start_response)  # type: ignore[no-any-return]  # a WSGI application

    return application


def _refuse(start_response: Any, status: str, *headers: tuple[str, str]) -> list[bytes]:
    start_response(status, [("Content-Length", "0"), ("Connection", "close"), *headers])
    return [b""]

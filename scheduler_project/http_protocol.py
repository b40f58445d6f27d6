"""uvicorn's HTTP protocol with bounds: how large a head may be, and how slowly head, body and answer may pass.

uvicorn's own settings for this are for another parser (h11), and it has no deadlines but for idle connections.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

MAX_HEAD_BYTES = 64 * 1024
MAX_HEADERS = 100
HEAD_SECONDS = 10.0
# A body must bring so much in so many seconds, or its end.
BODY_SECONDS = 10.0
MIN_BODY_BYTES = 16 * 1024
# An answer of which nothing is taken for so long has no reader any more.
WRITE_SECONDS = 30.0
# What comes after an early answer (413) is read and dropped, so that its sender reads the answer; not for ever.
MAX_DROPPED_BYTES = 32 * 1024 * 1024


class HttpProtocol(HttpToolsProtocol):
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        super().connection_made(transport)
        self._head_bytes = self._body_bytes = self._dropped_bytes = 0
        self._reading_head, self._begun, self._head_is_too_large = True, False, False
        self._deadline: asyncio.TimerHandle | None = None
        self._writing: asyncio.TimerHandle | None = None
        self._expect(HEAD_SECONDS, self._head_is_late)

    def connection_lost(self, exc: Exception | None) -> None:
        self._expect_nothing()
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._reading_head:
            if self._deadline is None:  # a further request on a connection that was idle
                self._expect(HEAD_SECONDS, self._head_is_late)
            self._head_bytes += len(data)
        super().data_received(data)
        if self._reading_head and self._head_bytes > MAX_HEAD_BYTES:
            self._refuse(431)

    # What the parser calls.

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._reading_head, self._begun, self._head_is_too_large = True, True, False
        if self._deadline is None:  # it came together with the request before it
            self._expect(HEAD_SECONDS, self._head_is_late)

    def on_headers_complete(self) -> None:
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        self._head_is_too_large = size > MAX_HEAD_BYTES or len(self.headers) > MAX_HEADERS
        self._reading_head, self._body_bytes, self._dropped_bytes = False, 0, 0
        app = self.app
        if self._head_is_too_large:
            self.app, self.url = _answer_431, b"/"  # no need to read it
        super().on_headers_complete()
        self.app = app
        self._expect(BODY_SECONDS, self._body_is_late)

    def on_body(self, body: bytes) -> None:
        self._body_bytes += len(body)
        if self.cycle is not None and self.cycle.response_complete:
            self._dropped_bytes += len(body)
            if self._dropped_bytes > MAX_DROPPED_BYTES:
                self.transport.close()
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._reading_head, self._begun, self._head_bytes = True, False, 0
        self._expect_nothing()
        super().on_message_complete()
        if self.cycle is not None and self.cycle.response_complete:  # answered before its body had come
            self._expect(self.timeout_keep_alive, self.transport.close)

    def handle_websocket_upgrade(self) -> None:
        self._expect_nothing()
        if self._head_is_too_large:
            self._reading_head = True  # no application was asked
            self._refuse(431)
        else:
            super().handle_websocket_upgrade()

    # What the transport calls: the reader of the answer is slow, or has caught up.

    def pause_writing(self) -> None:
        super().pause_writing()
        self._writing = self.loop.call_later(WRITE_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None

    # Deadlines: there is one at a time.

    def _expect(self, seconds: float, otherwise: Any) -> None:
        self._expect_nothing()
        self._deadline = self.loop.call_later(seconds, otherwise)

    def _expect_nothing(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _head_is_late(self) -> None:
        if self._begun:
            self._refuse(408)
        else:
            self.transport.close()

    def _body_is_late(self) -> None:
        if self.flow.read_paused:  # the application takes its time, not the sender
            self._expect(BODY_SECONDS, self._body_is_late)
        elif self._body_bytes >= MIN_BODY_BYTES:
            self._body_bytes = 0
            self._expect(BODY_SECONDS, self._body_is_late)
        else:
            self._refuse(408)

    def _refuse(self, status: int) -> None:
        """Ends the connection, and says why if it is our turn to speak."""
        self._expect_nothing()
        cycle = self.cycle
        if self._reading_head:
            may_speak = cycle is None or cycle.response_complete
        else:
            may_speak = cycle is not None and not cycle.response_started
        if may_speak:
            self.transport.write(refusal(status))
        if cycle is not None:
            cycle.disconnected = True
            cycle.message_event.set()
        self.transport.close()


def refusal(status: int) -> bytes:
    return STATUS_LINE[status] + b"connection: close\r\ncontent-length: 0\r\n\r\n"


async def _answer_431(_scope: Any, _receive: Any, send: Any) -> None:
    headers = [(b"content-length", b"0"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 431, "headers": headers})
    await send({"type": "http.response.body", "body": b""})

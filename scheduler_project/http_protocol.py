"""Adds limits to uvicorn's HTTP protocol: for the size of a request's head, and the time for head, body and response.

uvicorn's own settings for this apply to another parser (h11), and its timeouts to idle connections only.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

MAX_HEAD_BYTES = 64 * 1024
MAX_HEADERS = 100
HEAD_SECONDS = 10.0
# A sender must deliver at least so many bytes of a body in so many seconds, or the rest of it.
BODY_SECONDS = 10.0
MIN_BODY_BYTES = 16 * 1024
# If a client reads nothing of its response for so long, it is taken for gone.
WRITE_SECONDS = 30.0
# What a client still sends after an early response (413) is read and dropped up to this size, so that it gets
# to read the response.
MAX_DROPPED_BYTES = 32 * 1024 * 1024


class HttpProtocol(HttpToolsProtocol):
    """Handles one HTTP connection, and closes it if it exceeds a limit. At most one deadline for reading is set."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """Sets the deadline for the head of the first request on a new connection."""
        super().connection_made(transport)
        self._head_bytes = self._body_bytes = self._dropped_bytes = 0
        self._reading_head, self._begun, self._head_is_too_large = True, False, False
        self._deadline: asyncio.TimerHandle | None = None
        self._writing: asyncio.TimerHandle | None = None
        self._set_deadline(HEAD_SECONDS, self._on_head_timeout)

    def connection_lost(self, exc: Exception | None) -> None:
        """Cancels all timers of the connection."""
        self._cancel_deadline()
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Counts the bytes of a request's head, and responds 431 if there are too many."""
        if self._reading_head:
            if self._deadline is None:  # a further request on a connection that was idle
                self._set_deadline(HEAD_SECONDS, self._on_head_timeout)
            self._head_bytes += len(data)
        super().data_received(data)
        if self._reading_head and self._head_bytes > MAX_HEAD_BYTES:
            self._refuse(431)

    # Callbacks of the parser.

    def on_message_begin(self) -> None:
        """Sets the deadline for the request's head, if none is set yet."""
        super().on_message_begin()
        self._reading_head, self._begun, self._head_is_too_large = True, True, False
        if self._deadline is None:  # it came together with the previous request
            self._set_deadline(HEAD_SECONDS, self._on_head_timeout)

    def on_headers_complete(self) -> None:
        """Responds 431 to a request whose head is too large, and sets the deadline for the body."""
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        self._head_is_too_large = size > MAX_HEAD_BYTES or len(self.headers) > MAX_HEADERS
        self._reading_head, self._body_bytes, self._dropped_bytes = False, 0, 0
        app = self.app
        if self._head_is_too_large:
            self.app, self.url = _respond_431, b"/"  # no need to read it
        super().on_headers_complete()
        self.app = app
        self._set_deadline(BODY_SECONDS, self._on_body_timeout)

    def on_body(self, body: bytes) -> None:
        """Counts the bytes of the request's body; closes the connection if too many arrive after the response."""
        self._body_bytes += len(body)
        if self.cycle is not None and self.cycle.response_complete:
            self._dropped_bytes += len(body)
            if self._dropped_bytes > MAX_DROPPED_BYTES:
                self.transport.close()
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Cancels the deadline for the request's body, which has arrived completely."""
        self._reading_head, self._begun, self._head_bytes = True, False, 0
        self._cancel_deadline()
        super().on_message_complete()
        if self.cycle is not None and self.cycle.response_complete:  # answered before its body had come
            self._set_deadline(self.timeout_keep_alive, self.transport.close)

    def handle_websocket_upgrade(self) -> None:
        """Passes the connection to the websocket protocol, or responds 431 if the request's head is too large."""
        self._cancel_deadline()
        if self._head_is_too_large:
            self._reading_head = True  # no application was called
            self._refuse(431)
        else:
            super().handle_websocket_upgrade()

    # Callbacks of the transport: the reader of the response is slow, or has caught up.

    def pause_writing(self) -> None:
        """Sets the deadline for a client that is slow to read its response."""
        super().pause_writing()
        self._writing = self.loop.call_later(WRITE_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """Cancels the deadline of `pause_writing`, because the client has read its response."""
        super().resume_writing()
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None

    def _set_deadline(self, seconds: float, on_timeout: Any) -> None:
        self._cancel_deadline()
        self._deadline = self.loop.call_later(seconds, on_timeout)

    def _cancel_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _on_head_timeout(self) -> None:
        if self._begun:
            self._refuse(408)
        else:
            self.transport.close()

    def _on_body_timeout(self) -> None:
        if self.flow.read_paused:  # the application is slow, not the sender
            self._set_deadline(BODY_SECONDS, self._on_body_timeout)
        elif self._body_bytes >= MIN_BODY_BYTES:
            self._body_bytes = 0
            self._set_deadline(BODY_SECONDS, self._on_body_timeout)
        else:
            self._refuse(408)

    def _refuse(self, status: int) -> None:
        """Closes the connection; before that responds with the status, if no response to the request has begun."""
        self._cancel_deadline()
        cycle = self.cycle
        if self._reading_head:
            may_respond = cycle is None or cycle.response_complete
        else:
            may_respond = cycle is not None and not cycle.response_started
        if may_respond:
            self.transport.write(refusal(status))
        if cycle is not None:
            cycle.disconnected = True
            cycle.message_event.set()
        self.transport.close()


def refusal(status: int) -> bytes:
    """Returns the bytes of a complete HTTP response with this status and no body, which closes the connection."""
    return STATUS_LINE[status] + b"connection: close\r\ncontent-length: 0\r\n\r\n"


async def _respond_431(_scope: Any, _receive: Any, send: Any) -> None:
    headers = [(b"content-length", b"0"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 431, "headers": headers})
    await send({"type": "http.response.body", "body": b""})

"""uvicorn's websocket protocol, with one short cut: a `SharedText` is not encoded and framed anew for each socket.

And with an answer for every handshake.
"""

from __future__ import annotations

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import MAX_LINE_LENGTH
from websockets.protocol import State

from foundation.shared_text import SharedText
from scheduler_project.http_protocol import refusal


class SocketProtocol(WebSocketsSansIOProtocol):
    def data_received(self, data: bytes) -> None:
        """The first data is a whole handshake. One that the library does not read, it would leave without an answer."""
        super().data_received(data)
        if not self.handshake_initiated and not self.transport.is_closing():
            self.transport.write(refusal(431 if len(data) > MAX_LINE_LENGTH else 400))
            self.transport.close()

    async def send(self, message: Any) -> None:
        text = message.get("text")
        await self.writable.wait()
        # A frame of its own is right at any moment while the socket is open: nothing here sends fragments.
        if isinstance(text, SharedText) and self.conn.state is State.OPEN and not self.disconnected:
            self.transport.write(text.frame)
        else:
            await super().send(message)

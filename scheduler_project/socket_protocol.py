"""Changes uvicorn's websocket protocol: sends a `SharedText` to many sockets without encoding it for each of them.

It also responds to every handshake, even to an invalid one.
"""

from __future__ import annotations

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import MAX_LINE_LENGTH
from websockets.protocol import State

from foundation.shared_text import SharedText
from scheduler_project.http_protocol import refusal


class SocketProtocol(WebSocketsSansIOProtocol):
    """Handles one websocket connection of the ASGI server."""

    def data_received(self, data: bytes) -> None:
        """Responds 400 or 431 to a handshake that the websockets library cannot parse and would not respond to."""
        super().data_received(data)
        if not self.handshake_initiated and not self.transport.is_closing():
            self.transport.write(refusal(431 if len(data) > MAX_LINE_LENGTH else 400))
            self.transport.close()

    async def send(self, message: Any) -> None:
        """Sends an ASGI message; writes a `SharedText` as its websocket frame, encoded once for all sockets."""
        text = message.get("text")
        await self.writable.wait()
        # A complete frame may be sent at any moment while the socket is open: nothing here sends fragments.
        if isinstance(text, SharedText) and self.conn.state is State.OPEN and not self.disconnected:
            self.transport.write(text.frame)
        else:
            await super().send(message)

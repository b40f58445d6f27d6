"""uvicorn's websocket protocol, with one short cut: a `SharedText` is not encoded and framed anew for each socket."""

from __future__ import annotations

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import State

from scheduler_project.shared_text import SharedText


class SocketProtocol(WebSocketsSansIOProtocol):
    async def send(self, message: Any) -> None:
        text = message.get("text")
        await self.writable.wait()
        # A frame of its own is right at any moment while the socket is open: nothing here sends fragments.
        if isinstance(text, SharedText) and self.conn.state is State.OPEN and not self.disconnected:
            self.transport.write(text.frame)
        else:
            await super().send(message)

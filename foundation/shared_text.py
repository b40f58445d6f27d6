"""A text that is sent to many websockets in one websocket frame, which is built once for all of them."""

from __future__ import annotations

from functools import cached_property

from websockets.frames import Frame, Opcode


class SharedText(str):
    """Any ASGI server sends this as a text; ours (socket_protocol.py) sends `frame`, built once."""

    @cached_property
    def frame(self) -> bytes:
        return Frame(Opcode.TEXT, self.encode()).serialize(mask=False)

"""Defines a text that is sent to many websockets, and whose websocket frame is built once for all of them."""

from __future__ import annotations

from functools import cached_property

from websockets.frames import Frame, Opcode


class SharedText(str):
    """Is a str with the websocket frame that the platform's server sends for it (socket_protocol.py), in `frame`.

    The frame is built once, at the first use. Any other ASGI server sends the str as text.
    """

    @cached_property
    def frame(self) -> bytes:
        return Frame(Opcode.TEXT, self.encode()).serialize(mask=False)

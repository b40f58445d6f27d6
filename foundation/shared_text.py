"""Defines a text that is sent to many websockets, and whose websocket frame is built once for all of them."""

from __future__ import annotations

from functools import cached_property

from websockets.frames import Frame, Opcode


class SharedText(str):
    """Is a text for many websockets; `frame` is the text as a websocket frame, which is built once, at its first use.

    The platform's server sends the frame (socket_protocol.py), any other ASGI server the text.
    """

    @cached_property
    def frame(self) -> bytes:
        return Frame(Opcode.TEXT, self.encode()).serialize(mask=False)

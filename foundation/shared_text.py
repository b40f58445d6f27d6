"""Defines a text that is sent to many websockets, with a websocket frame that is built once for all of them."""

from __future__ import annotations

from functools import cached_property

from websockets.frames import Frame, Opcode


class SharedText(str):
    """Is sent as `frame`, built once, by our server (socket_protocol.py), and as a text by any other ASGI server."""

    @cached_property
    def frame(self) -> bytes:
        return Frame(Opcode.TEXT, self.encode()).serialize(mask=False)

"""A text that goes to many websockets, and the frame it goes in: made once for all of them."""

from __future__ import annotations

from functools import cached_property

from websockets.frames import Frame, Opcode


class SharedText(str):
    """To every ASGI server a text like others; ours (socket_protocol.py) takes the ready frame."""

    @cached_property
    def frame(self) -> bytes:
        return Frame(Opcode.TEXT, self.encode()).serialize(mask=False)

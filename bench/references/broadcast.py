"""Plain ASGI broadcast: each frame encoded once and sent to every socket in turn; nothing else happens.

A client that sends "EVENTS A_FRAME" starts it: so many events, so many in each frame.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from bench.events import event_text

Send = Callable[[dict[str, Any]], Awaitable[None]]
_sockets: set[Send] = set()


async def application(
    scope: dict[str, Any], receive: Callable[[], Awaitable[dict[str, Any]]], send: Send
) -> None:
    if scope["type"] != "websocket":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})
        return
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": json.dumps({"notification_type": "sync"})})
    _sockets.add(send)
    try:
        while (message := await receive())["type"] == "websocket.receive":
            events, a_frame = map(int, message["text"].split())
            await _broadcast(events, a_frame)
    finally:
        _sockets.discard(send)


async def _broadcast(events: int, a_frame: int) -> None:
    for first in range(0, events, a_frame):
        texts = [event_text(seq) for seq in range(first, min(first + a_frame, events))]
        message = {"type": "websocket.send", "text": texts[0] if a_frame == 1 else f"[{','.join(texts)}]"}
        for send in list(_sockets):
            await send(message)

"""Refuses a websocket before it is open: with an error in the API's shape, if the server can send one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from foundation.api_errors import error_body
from foundation.errors import AppError, NotFound, Problem
from foundation.strict_json import dump_json

Send = Callable[[dict[str, Any]], Awaitable[None]]


async def refuse(scope: dict[str, Any], send: Send, error: AppError) -> None:
    """Answers the handshake with the error.

    A server without the ASGI extension `websocket.http.response` answers 403 whatever the error.
    """
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close"})
        return
    headers = [(b"content-type", b"application/json")]
    await send({"type": "websocket.http.response.start", "status": error.status, "headers": headers})
    body = dump_json(error_body(error.type, error.problems))
    await send({"type": "websocket.http.response.body", "body": body})


async def not_found(scope: dict[str, Any], _receive: Any, send: Send) -> None:
    """Refuses a websocket at an address that has none; an ASGI application."""
    await refuse(scope, send, NotFound(Problem("not_found", "There is no websocket at this address.")))

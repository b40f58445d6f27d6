"""Refuses websocket handshakes with an HTTP error in the API's format, if the server supports this."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from foundation.api_errors import error_body
from foundation.errors import AppError, NotFound, Problem
from foundation.strict_json import dump_json

Send = Callable[[dict[str, Any]], Awaitable[None]]


async def refuse(scope: dict[str, Any], send: Send, error: AppError) -> None:
    """Answers the websocket handshake with the error as an HTTP response.

    A server without the ASGI extension `websocket.http.response` answers 403 instead, whatever the error is.
    """
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close"})
        return
    headers = [(b"content-type", b"application/json")]
    await send({"type": "websocket.http.response.start", "status": error.status, "headers": headers})
    body = dump_json(error_body(error.type, error.problems))
    await send({"type": "websocket.http.response.body", "body": body})


async def not_found(scope: dict[str, Any], _receive: Any, send: Send) -> None:
    """Is an ASGI application that refuses the handshake, with status 404, at an address without a websocket."""
    await refuse(scope, send, NotFound(Problem("not_found", "There is no websocket at this address.")))

"""Refuses HTTP request bodies that are too large, before authentication and before a view runs, under ASGI and WSGI.

The limit is the setting BODY_LIMIT, or a higher `body_limit` of the view, both in bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.conf import settings
from django.urls import Resolver404, resolve

from foundation.api_errors import error_body
from foundation.errors import Problem, TooLarge
from foundation.strict_json import dump_json

AnyApp = Any
View = TypeVar("View", bound=Callable[..., Any])


def with_body_limit(size: int) -> Callable[[View], View]:
    """Returns a decorator that sets the body limit of a view function in bytes; class-based views set `body_limit`."""

    def mark(view: View) -> View:
        view.__dict__["body_limit"] = size
        return view

    return mark


class _BodyTooLarge(Exception):
    pass


def limit_bodies_asgi(app: AnyApp) -> AnyApp:
    """Returns the ASGI application wrapped so that it answers 413 to HTTP requests whose body is too large."""

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if length.isdigit() and _is_too_large(int(length), scope["path"]):
            await _refuse(scope, send)
            return
        receive = _limit_receive(receive, scope["path"])
        try:
            if any(name == b"transfer-encoding" for name, _ in scope["headers"]):
                scope, receive = await _with_length(scope, receive)
            await app(scope, receive, send)
        except _BodyTooLarge:
            await _refuse(scope, send)

    return application


def _limit_receive(receive: Any, path: str) -> Any:
    """Returns `receive` wrapped so that it raises _BodyTooLarge as soon as the received body exceeds the limit."""
    so_far = 0

    async def receive_limited() -> Any:
        nonlocal so_far
        message = await receive()
        so_far += len(message.get("body", b""))
        if _is_too_large(so_far, path):
            raise _BodyTooLarge
        return message

    return receive_limited


async def _with_length(scope: dict[str, Any], receive: Any) -> tuple[dict[str, Any], Any]:
    """Reads a chunked body into memory, because DRF ignores the body of a request without Content-Length.

    Returns the scope with that header, and a `receive` that returns the whole body as one ASGI message.
    """
    body, is_more = bytearray(), True
    while is_more:
        message = await receive()
        if message["type"] != "http.request":
            return scope, _prepend(message, receive)
        body += message.get("body", b"")
        is_more = message.get("more_body", False)
    ours = {b"transfer-encoding", b"content-length"}
    headers = [(name, value) for name, value in scope["headers"] if name not in ours]
    headers.append((b"content-length", str(len(body)).encode()))
    return {**scope, "headers": headers}, _prepend({"type": "http.request", "body": bytes(body)}, receive)


def _prepend(message: dict[str, Any], receive: Any) -> Any:
    """Returns an ASGI `receive` that first returns `message`, and then what the given `receive` returns."""
    waiting = [message]

    async def receive_next() -> Any:
        return waiting.pop() if waiting else await receive()

    return receive_next


async def _refuse(scope: dict[str, Any], send: Any) -> None:
    body = _error_body(scope["path"])
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": TooLarge.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def limit_bodies_wsgi(app: AnyApp) -> AnyApp:
    """Returns the WSGI application wrapped so that it answers 413 to requests whose Content-Length is too large."""

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and _is_too_large(int(length), environ["PATH_INFO"]):
            body = _error_body(environ["PATH_INFO"])
            headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
            start_response("413 Content Too Large", headers)
            return [body]
        return app(environ, start_response)  # type: ignore[no-any-return]  # a WSGI application

    return application


def _is_too_large(size: int, path: str) -> bool:
    return size > settings.BODY_LIMIT and size > _limit(path)


def _limit(path: str) -> int:
    try:
        found: Any = resolve(path).func
    except Resolver404:
        return settings.BODY_LIMIT
    view = getattr(found, "cls", found)
    return getattr(view, "body_limit", settings.BODY_LIMIT)


def _error_body(path: str) -> bytes:
    detail = f"The body is larger than {_limit(path) // 2**20} MB, which is the most that this address takes."
    return dump_json(error_body(TooLarge.type, (Problem("too_large", detail),)))

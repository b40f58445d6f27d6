"""Authenticates websockets by an API token's header, a one-time ticket, or the session cookie of our own pages."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs, urlsplit

from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.db import Error as DatabaseError
from django.http import HttpRequest, parse_cookie
from django.utils.http import is_same_domain

from accounts.factor_sessions import missing_factor
from accounts.models import User
from accounts.services.last_seen import last_seen
from accounts.services.one_time import find_ticket_user, redeem_ticket
from accounts.services.tokens import user_of_token
from accounts.services.view_as import apply_view
from foundation.database_errors import is_temporary

Scope = dict[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]
MAX_WAIT_SECONDS = 8.0
AsgiApp = Callable[[Scope, Any, Send], Awaitable[None]]


class SocketAuth:
    """Sets `scope["user"]` of a new websocket to a User, or to None, and the consumer then refuses the websocket.

    Answers 503 while the database is unavailable.
    """

    def __init__(self, inner: AsgiApp) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Any, send: Send) -> None:
        look_up = _credential(scope)
        try:
            user = await _run_with_timeout(look_up)
        except (DatabaseError, TimeoutError) as exc:
            if not _is_away(exc):
                raise
            await _send_unavailable(scope, send)
            return
        if user is not None and look_up.func is _user_of_ticket:
            # The ticket works only once.
            look_up = partial(find_ticket_user, user.pk, user.token_id, user.session_digest)
        if user is not None:
            last_seen.note_token(user, (scope.get("client") or [""])[0])
        inner_scope = {**scope, "user": user, "user_look_up": look_up}
        await self.inner(inner_scope, receive, send)


async def is_still_allowed(scope: Scope) -> bool:
    """Authenticates an open websocket again, updates `scope["user"]`, and returns whether the user may stay.

    Returns False if session, token or user are no longer valid. Raises DatabaseError or TimeoutError, and leaves the
    user as it was, if the database does not tell.
    """
    scope["user"] = await _run_with_timeout(scope["user_look_up"])
    return scope["user"] is not None


def _is_away(exc: DatabaseError | TimeoutError) -> bool:
    return isinstance(exc, TimeoutError) or is_temporary(exc)


async def _run_with_timeout(look_up: Callable[[], User | None]) -> User | None:
    """Returns what `look_up` returns, from the thread in which all websockets use the database.

    Raises TimeoutError if that takes more than MAX_WAIT_SECONDS.
    """
    async with asyncio.timeout(MAX_WAIT_SECONDS):
        user: User | None = await database_sync_to_async(look_up)()
        return user


def _credential(scope: Scope) -> partial[User | None]:
    """Returns the function that finds the user of a websocket, by the first of token, ticket and cookie that is there.

    A token that is not valid does not fall back to the cookie.
    """
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "token":
        return partial(user_of_token, token.strip())
    tickets = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("ticket")
    if tickets:
        return partial(_user_of_ticket, tickets[0])
    if _is_from_our_pages(headers.get("origin", ""), headers.get("host", "")):
        cookies = parse_cookie(headers.get("cookie", ""))
        return partial(_user_of_session, cookies.get(settings.SESSION_COOKIE_NAME, ""))
    return partial(_no_user)


def _is_from_our_pages(origin: str, host: str) -> bool:
    """Returns whether the Origin header names a site that is trusted with the session cookie.

    Browsers send the cookie whichever site's page opens the websocket.
    """
    try:
        sent = urlsplit(origin.lower())
    except ValueError:
        return False
    if sent.scheme not in {"http", "https"}:
        return False
    if sent.netloc == host.lower() or origin in settings.CORS_ALLOWED_ORIGINS:
        return True
    # As in Django, a trusted origin may be "https://*.example.com".
    trusted = (urlsplit(trusted.lower()) for trusted in settings.CSRF_TRUSTED_ORIGINS)
    return any(
        sent.scheme == one.scheme and is_same_domain(sent.netloc, one.netloc.removeprefix("*"))
        for one in trusted
    )


def _user_of_ticket(ticket: str) -> User | None:
    return redeem_ticket(token=ticket)


def _user_of_session(key: str) -> User | None:
    if not key or "\0" in key:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    user = get_user(request)
    if not isinstance(user, User) or missing_factor(request.session, user):
        return None
    return apply_view(request.session, user)


def _no_user() -> User | None:
    return None


async def _send_unavailable(scope: Scope, send: Send) -> None:
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1013})
        return
    headers = [(b"retry-after", b"5"), (b"content-type", b"text/plain")]
    await send({"type": "websocket.http.response.start", "status": 503, "headers": headers})
    body = b"The database is not reachable right now.\n"
    await send({"type": "websocket.http.response.body", "body": body})

"""Limits the websockets that one user keeps open in this process, and the frames that each client sends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings

from accounts.errors import TooMany
from accounts.models import User
from foundation.errors import Problem
from foundation.socket_refusal import refuse
from foundation.token_bucket import TokenBucket

MAX_FRAMES_PER_SECOND = 10
MAX_FRAMES_AT_ONCE = 20
RETRY_SECONDS = 5
POLICY_VIOLATION = 1008

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]


class SocketLimits:
    """Refuses a websocket (429) if its user has SOCKETS_PER_USER; closes one whose client sends too many frames (1008).

    Stands behind SocketAuth, which sets `scope["user"]`; a websocket without a user is refused by the application.
    """

    def __init__(self, inner: AsgiApp) -> None:
        self.inner = inner
        self._open: Counter[int] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        user = scope.get("user")
        if not isinstance(user, User):
            await self.inner(scope, receive, send)
            return
        most: int = settings.SOCKETS_PER_USER
        if self._open[user.pk] >= most:
            detail = f"You have {most} websockets open here: close one, then connect again."
            await refuse(scope, send, TooMany(Problem("too_many_sockets", detail), retry_after=RETRY_SECONDS))
            return
        self._open[user.pk] += 1
        try:
            await self.inner(scope, _limit_frames(receive, send), send)
        finally:
            self._open[user.pk] -= 1
            if not self._open[user.pk]:
                del self._open[user.pk]


def _limit_frames(receive: Receive, send: Send) -> Receive:
    """Returns `receive` with a limit: too many frames close the websocket, and the application sees it closed."""
    bucket = TokenBucket(MAX_FRAMES_PER_SECOND, MAX_FRAMES_AT_ONCE)

    async def receive_limited() -> dict[str, Any]:
        message = await receive()
        if message["type"] != "websocket.receive" or bucket.take() is None:
            return message
        await send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": "too many frames"})
        return {"type": "websocket.disconnect", "code": POLICY_VIOLATION}

    return receive_limited

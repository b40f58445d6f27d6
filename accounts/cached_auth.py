"""Defines the base of views that take a token's user from a cache and validate the token in their own SQL statement."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import BadToken, TokenAuthentication
from accounts.errors import Outdated
from accounts.services.tokens import CachedToken, reload_user
from foundation.api_views import APIView
from foundation.database_errors import is_temporary


class CachedAuthView(APIView):
    """Spares POST requests the query for their token.

    `post` must do its work in one SQL statement that also validates `cached_token_digest(request)`, and raise Outdated
    if the token is no longer valid. Before an error is sent, the user is loaded again; if the cache was stale, the
    request is repeated once.
    """

    post: Callable[[Request], Response]

    def may_use_cache(self, request: HttpRequest) -> bool:
        """Returns whether the token of this request may come from the cache."""
        return request.method == "POST"

    def get_authenticators(self) -> list[BaseAuthentication]:
        # The OpenAPI document is made without a request.
        use_cache = self.request is not None and self.may_use_cache(self.request)
        self._token_auth = TokenAuthentication(use_cache=use_cache)
        return [self._token_auth, SessionAuthentication()]

    def handle_exception(self, exc: Exception) -> Response:
        """Loads a cached user again before an error is sent; repeats the request if the cache was stale."""
        cached = self._token_auth.cached
        if cached is None or is_temporary(exc):
            return super().handle_exception(exc)
        user = reload_user(cached.digest)
        if user is None:
            return super().handle_exception(BadToken())
        if user.actor == cached.user.actor and not isinstance(exc, Outdated):
            return super().handle_exception(exc)
        self.request.user, self.request.auth = user, None
        try:
            self.check_permissions(self.request)
            self.check_query(self.request)
            return self.post(self.request)
        except Exception as second:  # noqa: BLE001 - it becomes the answer
            return super().handle_exception(second)


def cached_token_digest(request: Request) -> str | None:
    """Returns the digest that the view's statement must validate; None if the user was loaded or has a session."""
    return request.auth.digest if isinstance(request.auth, CachedToken) else None

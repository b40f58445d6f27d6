"""Defines the base class of REST views that cache API tokens and validate the token in the SQL that does their work."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import (
    BadToken,
    TokenAuthentication,
    ViewingSessionAuthentication,
    token_origin,
)
from accounts.errors import Outdated
from accounts.services.tokens import CachedToken, reload_user
from foundation.api_views import APIView
from foundation.database_errors import is_temporary


class CachedAuthView(APIView):
    """Saves a POST request the query for its API token, since the user comes from a cache.

    `post` must do its work in one SQL statement that also validates `cached_token_digest(request)`, and raise Outdated
    if that API token is no longer valid. Before an error is sent, the user is loaded from the database; if the cached
    user turns out to be stale, the request is repeated once.
    """

    post: Callable[[Request], Response]

    def may_use_cache(self, request: HttpRequest) -> bool:
        """Returns whether the user of this request's API token may come from the cache: for POST only."""
        return request.method == "POST"

    def get_authenticators(self) -> list[BaseAuthentication]:
        # The OpenAPI document is made without a request.
        use_cache = self.request is not None and self.may_use_cache(self.request)
        self._token_auth = TokenAuthentication(use_cache=use_cache)
        return [self._token_auth, ViewingSessionAuthentication()]

    def handle_exception(self, exc: Exception) -> Response:
        """Returns the response to an error; if the user was from a stale cache, that of the request's repetition."""
        cached = self._token_auth.cached
        if cached is None or is_temporary(exc):
            return super().handle_exception(exc)
        user = reload_user(cached.digest)
        if user is None:
            return super().handle_exception(BadToken())
        if user.actor == cached.user.actor and not isinstance(exc, Outdated):
            return super().handle_exception(exc)
        self.request.user, self.request.auth = user.coming_from(token_origin(self.request, user)), None
        try:
            self.check_permissions(self.request)
            self.check_query(self.request)
            return self.post(self.request)
        except Exception as second:  # noqa: BLE001 - it becomes the answer
            return super().handle_exception(second)


def cached_token_digest(request: Request) -> str | None:
    """Returns the digest of the API token that the view's SQL must validate; None if the user is not from the cache."""
    return request.auth.digest if isinstance(request.auth, CachedToken) else None

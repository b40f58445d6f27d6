"""A view that takes the token from memory and has the statement that does its work ask for it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import BadToken, TokenAuthentication
from accounts.errors import Outdated
from accounts.services.tokens import RecalledToken, ask_again
from foundation.api_views import APIView
from foundation.database_errors import is_temporary


class RecallingView(APIView):
    """`post` does nothing but by a statement that asks for `recalled_token(request)`; else it raises Outdated."""

    post: Callable[[Request], Response]

    def recalls(self, request: HttpRequest) -> bool:
        """Whether it is such a request."""
        return request.method == "POST"

    def get_authenticators(self) -> list[BaseAuthentication]:
        # The OpenAPI document is made without a request.
        recalls = self.request is not None and self.recalls(self.request)
        self._by_token = TokenAuthentication(recalls=recalls)
        return [self._by_token, SessionAuthentication()]

    def handle_exception(self, exc: Exception) -> Response:
        """Nothing is refused, and so nothing told, on the word of a token that was only recalled."""
        recalled = self._by_token.recalled
        if recalled is None or is_temporary(exc):
            return super().handle_exception(exc)
        user = ask_again(recalled.digest)
        if user is None:
            return super().handle_exception(BadToken())
        if user.actor == recalled.user.actor and not isinstance(exc, Outdated):
            return super().handle_exception(exc)
        self.request.user, self.request.auth = user, None
        try:
            self.check_permissions(self.request)
            self.check_query(self.request)
            return self.post(self.request)
        except Exception as again:  # noqa: BLE001 - it is answered
            return super().handle_exception(again)


def recalled_token(request: Request) -> str | None:
    """The digest that is to be asked for; None if the user was asked for, or has a session."""
    return request.auth.digest if isinstance(request.auth, RecalledToken) else None

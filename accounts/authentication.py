"""How a request proves whose token it carries."""

from __future__ import annotations

from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import User
from accounts.services.tokens import RecalledToken, recall_token, user_of_token


# Knox ships no types, so its base class is Any to mypy.
class TokenAuthentication(KnoxTokenAuthentication):  # type: ignore[misc]
    """Knox reads the header, we look the token up: by its digest, in one query.

    Knox's own look-up asks twice per request and answers bytes that are not UTF-8 with a 500.
    """

    def __init__(self, *, recalls: bool = False) -> None:
        """`recalls`: from memory, for a view that asks again (`accounts.recalling`)."""
        self._recalls = recalls
        self.recalled: RecalledToken | None = None

    def authenticate(self, request: Request) -> tuple[User, RecalledToken | None] | None:
        # To look there is cheaper than to have all headers read, as knox does to tell what is wrong with others.
        words = request.META.get("HTTP_AUTHORIZATION", "").encode("latin-1").split()
        if len(words) == 2 and words[0].lower() == b"token":
            return self.authenticate_credentials(words[1])
        authenticated: tuple[User, RecalledToken | None] | None = super().authenticate(request)
        return authenticated

    def authenticate_credentials(self, token: bytes) -> tuple[User, RecalledToken | None]:
        plain = token.decode("latin-1")
        if self._recalls:
            self.recalled = recall_token(plain)
            user = self.recalled and self.recalled.user
        else:
            user = user_of_token(plain)
        if user is None:
            raise BadToken
        return user, self.recalled


class BadToken(AuthenticationFailed):
    default_detail = "This token is unknown, expired or revoked."
    default_code = "invalid_token"

"""How a request proves whose token it carries."""

from __future__ import annotations

from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from accounts.models import User
from accounts.services.tokens import user_of_token


# Knox ships no types, so its base class is Any to mypy.
class TokenAuthentication(KnoxTokenAuthentication):  # type: ignore[misc]
    """Knox reads the header, we look the token up: by its digest, in one query.

    Knox's own look-up asks twice per request and answers bytes that are not UTF-8 with a 500.
    """

    def authenticate_credentials(self, token: bytes) -> tuple[User, None]:
        user = user_of_token(token.decode("latin-1"))
        if user is None:
            raise AuthenticationFailed("This token is unknown, expired or revoked.", "invalid_token")
        return user, None

"""Authenticates REST requests by the API token in their Authorization header, or by the session cookie."""

from __future__ import annotations

from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import User
from accounts.origin import Origin, Via, client_ip, origin_of
from accounts.services.last_seen import last_seen
from accounts.services.tokens import CachedToken, get_cached_token, user_of_token
from accounts.services.view_as import apply_view


# Knox ships no types, so its base class is Any to mypy.
class TokenAuthentication(KnoxTokenAuthentication):  # type: ignore[misc]
    """Authenticates by the header that knox defines, `Authorization: Token ...`, with one query for token and user.

    Knox's own look-up makes two queries per request, and fails with a 500 on bytes that are not UTF-8.
    """

    def __init__(self, *, use_cache: bool = False) -> None:
        """Prepares the authenticator of one request. With `use_cache`, it looks the API token up in a cache.

        Only views that validate the token again may use the cache (CachedAuthView); `cached` is then the token found.
        """
        self._use_cache = use_cache
        self.cached: CachedToken | None = None

    def authenticate(self, request: Request) -> tuple[User, CachedToken | None] | None:
        """Returns (user, cached token); None for a request without a token, which another authenticator may accept.

        The cached token is None unless `use_cache` was set. Raises BadToken.
        """
        # Fast path: `request.headers` would parse all headers. Knox does, to report what is wrong with malformed ones.
        words = request.META.get("HTTP_AUTHORIZATION", "").encode("latin-1").split()
        if len(words) == 2 and words[0].lower() == b"token":
            user, cached = self.authenticate_credentials(words[1])
            last_seen.note_token(user, request.META.get("REMOTE_ADDR", ""))
            return user.coming_from(token_origin(request, user)), cached
        authenticated: tuple[User, CachedToken | None] | None = super().authenticate(request)
        return authenticated

    def authenticate_credentials(self, token: bytes) -> tuple[User, CachedToken | None]:
        """Returns (user, cached token) of the plain API token; (user, None) without the cache. Raises BadToken."""
        plain = token.decode("latin-1")
        if self._use_cache:
            self.cached = get_cached_token(plain)
            user = self.cached and self.cached.user
        else:
            user = user_of_token(plain)
        if user is None:
            raise BadToken
        return user, self.cached


class ViewingSessionAuthentication(SessionAuthentication):
    """Authenticates by the session cookie; an admin may be looking at the platform as somebody else."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        """Returns (user, None); None for a request without a session. Raises PermissionDenied without a CSRF token."""
        found = super().authenticate(request)
        if found is None:
            return None
        user = found[0].coming_from(origin_of(request, Via.UI))
        return apply_view(request._request.session, user), None


def token_origin(request: Request, user: User) -> Origin:
    """Returns from where a request with an API token comes, whose user this is."""
    return Origin(Via.API, client_ip(request), f"token:{user.token_id}")


class BadToken(AuthenticationFailed):
    """Raised for an API token that is unknown, expired or revoked; the response is 401."""

    default_detail = "This token is unknown, expired or revoked."
    default_code = "invalid_token"

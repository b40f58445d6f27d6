"""Describes in the OpenAPI document how clients authenticate; importing this module registers the descriptions."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema


# drf-spectacular leaves the hook that registers subclasses without types.
class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes TokenAuthentication in the OpenAPI document as a security scheme."""

    target_class = "accounts.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, _auto_schema: AutoSchema) -> dict[str, Any]:
        """Returns the OpenAPI security scheme of API tokens: the header Authorization."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Authorization: Token ...`; see `tokens/` and the command `create_user --token`.",
        }


# drf-spectacular leaves the hook that registers subclasses without types.
class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes ViewingSessionAuthentication in the OpenAPI document as a security scheme."""

    target_class = "accounts.authentication.ViewingSessionAuthentication"
    name = "cookieAuth"

    def get_security_definition(self, _auto_schema: AutoSchema) -> dict[str, Any]:
        """Returns the OpenAPI security scheme of browsers: the session's cookie."""
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}

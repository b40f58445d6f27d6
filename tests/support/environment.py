"""Makes the environment for the platform's programs in tests, without the settings of the developer's own platform."""

from __future__ import annotations

import os
from collections.abc import Mapping

from foundation.env import SECRET_NAMES

SETTINGS = (
    *(f"{name}_FILE" for name in SECRET_NAMES),
    "SECRET_KEY", "SECRETS_KEYS", "DEBUG", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "CORS_ALLOWED_ORIGINS",
    "REQUIRE_SECOND_FACTOR", "BEHIND_TLS", "DATABASE_URL", "DATABASE_DIRECT_URL", "BROKER_URL", "REDIS_URL",
    "HANDLER_PACKAGES", "HANDLER_RELOAD", "WORKER_CONCURRENCY", "HTTP_REQUEST_PRIVATE", "MANAGEMENT_COMMANDS",
    "LEASE_SECONDS", "TERMINATE_GRACE_SECONDS", "PORT", "BIND", "STATE_DIR", "LOG_LEVEL", "LOG_FORMAT",
    "OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_NAME", "OIDC_SCOPES", "OIDC_GROUPS_CLAIM",
    "OIDC_ROLES", "OIDC_DEFAULT_ROLE", "LOCAL_SIGN_IN", "PROVIDER_RECHECK_DAYS",
    "TOKEN_MAX_DAYS", "SESSION_IDLE_MINUTES", "SESSION_MAX_DAYS", "SESSION_REQUESTS_PER_SECOND",
    "SIGN_IN_FAILURES_PER_ADDRESS", "SIGN_IN_FAILURES_PER_NAME", "SOCKETS_PER_USER", "DJANGO_SETTINGS_MODULE",
)  # fmt: skip


def copy_without_settings() -> dict[str, str]:
    """Returns this process's environment without the platform's settings."""
    return {name: value for name, value in os.environ.items() if name not in SETTINGS}


def replace_settings(settings: Mapping[str, str]) -> None:
    """Removes all settings of the platform from this process's environment and sets the given ones."""
    for name in SETTINGS:
        os.environ.pop(name, None)
    os.environ.update(settings)

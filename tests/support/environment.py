"""The environment that tests give to the platform's programs: nothing of what a person has set for their own."""

from __future__ import annotations

import os
from collections.abc import Mapping

SETTINGS = (
    "SECRET_KEY", "SECRETS_KEYS", "DEBUG", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "CORS_ALLOWED_ORIGINS",
    "BEHIND_TLS", "DATABASE_URL", "BROKER_URL", "REDIS_URL", "HANDLER_PACKAGES", "HANDLER_RELOAD", "WORKER_CONCURRENCY",
    "HTTP_REQUEST_PRIVATE", "MANAGEMENT_COMMANDS",
    "LEASE_SECONDS", "TERMINATE_GRACE_SECONDS", "PORT", "STATE_DIR", "LOG_LEVEL", "LOG_FORMAT",
    "DJANGO_SETTINGS_MODULE",
)  # fmt: skip


def plain() -> dict[str, str]:
    """This process's environment without the platform's settings."""
    return {name: value for name, value in os.environ.items() if name not in SETTINGS}


def become(settings: Mapping[str, str]) -> None:
    """Make this process's settings these, and no others."""
    for name in SETTINGS:
        os.environ.pop(name, None)
    os.environ.update(settings)

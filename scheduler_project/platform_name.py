"""Determines the platform's name, which separates its keys, queues and exchanges from others on the same servers."""

from __future__ import annotations

import hashlib
import hmac
import re
from urllib.parse import urlsplit

from foundation.env import BadSetting

_ALLOWED = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")


def validate(name: str) -> str:
    """Returns `name`, the value of PLATFORM_NAME, unchanged. Raises BadSetting if it cannot be part of a Redis key."""
    if name and not _ALLOWED.fullmatch(name):
        raise BadSetting("PLATFORM_NAME", name, "write up to 32 of a-z, 0-9 and, between them, hyphens")
    return name


def derive(secret_key: str, database_url: str) -> str:
    """Returns a platform name derived from what all its processes share: the secret key and the database's name.

    The server's address is not used, as processes may reach Postgres through different addresses (a pooler, a tunnel).
    """
    database = urlsplit(database_url).path.strip("/")
    digest = hmac.new(secret_key.encode(), f"platform name of {database}".encode(), hashlib.sha256)
    return digest.hexdigest()[:8]

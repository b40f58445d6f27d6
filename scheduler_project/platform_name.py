"""The name that tells a platform's keys, queues and exchanges from those of another on the same servers."""

from __future__ import annotations

import hashlib
import hmac
import re
from urllib.parse import urlsplit

from foundation.env import BadSetting

_ALLOWED = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")


def given(name: str) -> str:
    """The name that PLATFORM_NAME gives, or an empty text. Stops the start if it cannot be part of a key."""
    if name and not _ALLOWED.fullmatch(name):
        raise BadSetting("PLATFORM_NAME", name, "write up to 32 of a-z, 0-9 and, between them, hyphens")
    return name


def derived(secret_key: str, database_url: str) -> str:
    """From what all processes of a platform have in common, whatever way each reaches its servers.

    Not from the server's address: behind a pool or a tunnel a process knows Postgres by another one.
    """
    database = urlsplit(database_url).path.strip("/")
    digest = hmac.new(secret_key.encode(), f"platform name of {database}".encode(), hashlib.sha256)
    return digest.hexdigest()[:8]

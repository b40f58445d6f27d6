"""Signs what the audit trail stores with keys derived from SECRETS_KEYS, which the database does not have.

So whoever can write to the database only cannot make a row that passes for the platform's own.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

SIGNED_COLUMNS = (
    "at", "id", "actor", "on_behalf_of", "address", "via", "action", "object", "before", "after",
)  # fmt: skip
# The key id of rows that code of the former version wrote, which signed nothing.
FORMER = "former"
_PURPOSE = b"restjobscheduler audit trail"


class Signed(NamedTuple):
    """Holds a signature (HMAC-SHA256), and the id of the key that made it."""

    key_id: str
    mac: bytes


def canonical(kind: str, row: Mapping[str, Any]) -> bytes:
    """Returns the one form in which a row is signed and hashed: JSON with sorted keys, times in UTC."""
    values = {name: _plain(value) for name, value in row.items()}
    return json.dumps({"kind": kind, **values}, sort_keys=True, separators=(",", ":")).encode()


def canonical_entry(row: Mapping[str, Any]) -> bytes:
    """Returns the form in which an entry is signed; `row` may have further columns."""
    return canonical("entry", {name: row[name] for name in SIGNED_COLUMNS})


def sign_entry(row: Mapping[str, Any]) -> Signed:
    """Returns the signature of an entry, by the newest key."""
    return sign(canonical_entry(row))


def sign(content: bytes) -> Signed:
    """Returns the signature of these bytes, by the newest key."""
    key_id, key = next(iter(_ring().items()))
    return Signed(key_id, hmac.digest(key, content, "sha256"))


def newest_key_id() -> str:
    """Returns the id of the key that signs now."""
    return next(iter(_ring()))


def has_key(key_id: str) -> bool:
    """Returns whether the settings have the key with this id."""
    return key_id in _ring()


def is_signed(content: bytes, signed: Signed) -> bool:
    """Returns whether a key that the settings have made this signature of these bytes."""
    key = _ring().get(signed.key_id)
    return key is not None and hmac.compare_digest(hmac.digest(key, content, "sha256"), signed.mac)


def chain_hash(previous: bytes, content: bytes, signed: Signed) -> bytes:
    """Returns a link's hash: it covers the entry and its signature, and by the hash before it all earlier ones."""
    parts = (previous, content, signed.key_id.encode(), signed.mac)
    return hashlib.sha256(b"".join(len(part).to_bytes(8, "big") + part for part in parts)).digest()


def _ring() -> Mapping[str, bytes]:
    return _derive(tuple(settings.SECRETS_KEYS), settings.SECRET_KEY)


@lru_cache(maxsize=8)
def _derive(secrets_keys: tuple[str, ...], secret_key: str) -> Mapping[str, bytes]:
    """Returns the signing keys by id, the newest first. SECRET_KEY signs only where there are no SECRETS_KEYS."""
    keys: dict[str, bytes] = {}
    for secret in (*secrets_keys, secret_key):
        key = HKDF(SHA256(), 32, None, _PURPOSE).derive(secret.encode())
        keys[hashlib.sha256(_PURPOSE + key).hexdigest()[:16]] = key
    return keys


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value if value is None or isinstance(value, str | int) else str(value)

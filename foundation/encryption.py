"""Encrypts (seals) secret values before they are stored, and decrypts (unseals) them where they are used.

Uses Fernet with the keys in the setting SECRETS_KEYS: the first, newest one encrypts, and any of them decrypts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from foundation.errors import Conflict, Problem

# Stored in place of sealed values that are lost: no key decrypts it.
UNREADABLE = "unreadable"


class NoSecretsKey(Conflict):
    """Raised when secret values have to be encrypted, but the setting SECRETS_KEYS is empty."""

    def __init__(self) -> None:
        detail = "Secret values cannot be stored: the platform has no key to encrypt them. Set SECRETS_KEYS."
        super().__init__(Problem("NO_SECRETS_KEY", detail))


class SecretsUnreadable(Conflict):
    """Raised when no key in the setting SECRETS_KEYS decrypts stored secret values."""

    def __init__(self) -> None:
        detail = (
            "The stored secret values cannot be read: their key is not among SECRETS_KEYS. "
            "Add it again, or enter the values again."
        )
        super().__init__(Problem("SECRETS_UNREADABLE", detail))


def seal(values: Mapping[str, str]) -> str | None:
    """Returns the values, encrypted with the newest key, as one text; None if there are none. Raises NoSecretsKey."""
    if not values:
        return None
    require_key()
    return _fernet(tuple(settings.SECRETS_KEYS)).encrypt(json.dumps(values).encode()).decode()


def unseal(sealed: str | None) -> dict[str, str]:
    """Returns the secret values that `seal` encrypted; {} for None. Raises SecretsUnreadable if no key opens them."""
    if sealed is None:
        return {}
    try:
        opened = _fernet(tuple(settings.SECRETS_KEYS)).decrypt(sealed)
    except InvalidToken:
        raise SecretsUnreadable from None
    values: dict[str, str] = json.loads(opened)
    return values


def require_key() -> None:
    """Raises NoSecretsKey if there is no key with which secret values can be encrypted."""
    if not settings.SECRETS_KEYS:
        raise NoSecretsKey


def is_sealed_with_newest_key(sealed: str) -> bool:
    """Returns whether the newest key decrypts the sealed text, so that a key rotation need not encrypt it again."""
    try:
        _fernet(tuple(settings.SECRETS_KEYS[:1])).decrypt(sealed)
    except InvalidToken:
        return False
    return True


@lru_cache(maxsize=8)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    """Returns a cipher that encrypts with the first key and decrypts with any; without keys it decrypts nothing."""
    return MultiFernet([Fernet(key) for key in keys or (Fernet.generate_key(),)])

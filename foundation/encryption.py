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
# The key of the note among the values, whose own keys are paths of fields.
_NOTE = "@note"


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


def seal(values: Mapping[str, str], *, note: str | None = None) -> str | None:
    """Returns the values, encrypted with the newest key, as one text; None if there are none. Raises NoSecretsKey.

    `note` is a text that belongs to them and is encrypted, too.
    """
    if not values and note is None:
        return None
    require_key()
    return _encrypt(json.dumps({**values, **({} if note is None else {_NOTE: note})}).encode())


def unseal(sealed: str | None) -> dict[str, str]:
    """Returns the secret values that `seal` encrypted; {} for None. Raises SecretsUnreadable if no key opens them."""
    return unseal_with_note(sealed)[0]


def unseal_with_note(sealed: str | None) -> tuple[dict[str, str], str | None]:
    """Returns the values and the note that `seal` encrypted; ({}, None) for None. Raises SecretsUnreadable."""
    if sealed is None:
        return {}, None
    values: dict[str, str] = json.loads(_decrypt(sealed))
    return values, values.pop(_NOTE, None)


def reseal(sealed: str) -> str:
    """Returns the text encrypted again, with the newest key. Raises NoSecretsKey and SecretsUnreadable."""
    require_key()
    return _encrypt(_decrypt(sealed))


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


def _encrypt(opened: bytes) -> str:
    return _fernet(tuple(settings.SECRETS_KEYS)).encrypt(opened).decode()


def _decrypt(sealed: str) -> bytes:
    try:
        return _fernet(tuple(settings.SECRETS_KEYS)).decrypt(sealed)
    except InvalidToken:
        raise SecretsUnreadable from None


@lru_cache(maxsize=8)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    """Returns a cipher that encrypts with the first key and decrypts with any; without keys it decrypts nothing."""
    return MultiFernet([Fernet(key) for key in keys or (Fernet.generate_key(),)])

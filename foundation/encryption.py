"""The door to encryption: secret values are sealed here before they are stored, and opened where they are used."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from foundation.errors import Conflict, Problem

# Stands for sealed values that are lost already: no key opens it.
UNREADABLE = "unreadable"


class NoSecretsKey(Conflict):
    """Nothing can be encrypted: the operator has given no key."""

    def __init__(self) -> None:
        detail = "Secret values cannot be stored: the platform has no key to encrypt them. Set SECRETS_KEYS."
        super().__init__(Problem("NO_SECRETS_KEY", detail))


class SecretsUnreadable(Conflict):
    """What was sealed is there, but the key that opens it is gone."""

    def __init__(self) -> None:
        detail = (
            "The stored secret values cannot be read: their key is not among SECRETS_KEYS. "
            "Add it again, or enter the values anew."
        )
        super().__init__(Problem("SECRETS_UNREADABLE", detail))


def seal(values: Mapping[str, str]) -> str | None:
    """One text under the newest key; None for no values. Raises NoSecretsKey."""
    if not values:
        return None
    require_key()
    return _fernet(tuple(settings.SECRETS_KEYS)).encrypt(json.dumps(values).encode()).decode()


def unseal(sealed: str | None) -> dict[str, str]:
    """What `seal` was given. Raises SecretsUnreadable."""
    if sealed is None:
        return {}
    try:
        opened = _fernet(tuple(settings.SECRETS_KEYS)).decrypt(sealed)
    except InvalidToken:
        raise SecretsUnreadable from None
    values: dict[str, str] = json.loads(opened)
    return values


def require_key() -> None:
    """Raises NoSecretsKey."""
    if not settings.SECRETS_KEYS:
        raise NoSecretsKey


def is_sealed_with_newest_key(sealed: str) -> bool:
    """Whether it is the newest key that opens this."""
    try:
        _fernet(tuple(settings.SECRETS_KEYS[:1])).decrypt(sealed)
    except InvalidToken:
        return False
    return True


@lru_cache(maxsize=8)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    """Seals under the first key, opens with any. Without keys there is one that has never sealed anything."""
    return MultiFernet([Fernet(key) for key in keys or (Fernet.generate_key(),)])

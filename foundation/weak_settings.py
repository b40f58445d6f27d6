"""Finds keys and passwords among the settings that are short or publicly known, such as those of the example files."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Warning

MIN_KEY_CHARACTERS = 32
MIN_PASSWORD_CHARACTERS = 8
MIN_DIFFERENT = 10  # characters of SECRET_KEY, bytes of a key in SECRETS_KEYS: random ones have many more
PUBLIC_PARTS = ("change-me", "only-for-", "django-insecure-")
_URLS = ("DATABASE_URL", "DATABASE_DIRECT_URL", "BROKER_URL", "REDIS_URL")


def find_weak_settings() -> list[str]:
    """Returns a sentence for each setting with a weak key or password; shows no value."""
    return [*_check_keys(), *_check_passwords()]


def check_weak_settings(**_: Any) -> list[CheckMessage]:
    """Returns the weak settings as warnings of `manage.py check --deploy`."""
    return [Warning(sentence, id="restjobscheduler.W001") for sentence in find_weak_settings()]


def _check_keys() -> Iterator[str]:
    key = settings.SECRET_KEY
    if _is_public(key):
        yield "SECRET_KEY is publicly known: set it to a long random text"
    elif len(key) < MIN_KEY_CHARACTERS or len(set(key)) < MIN_DIFFERENT:
        yield f"SECRET_KEY is too simple: set it to a random text of {MIN_KEY_CHARACTERS} characters or more"
    if any(len(set(base64.urlsafe_b64decode(key))) < MIN_DIFFERENT for key in settings.SECRETS_KEYS):
        yield "SECRETS_KEYS has a key that is not random: make another one, and run manage.py rotate_secrets"


def _check_passwords() -> Iterator[str]:
    for name in _URLS:
        url = urlsplit(getattr(settings, name))
        password = unquote(url.password or "")
        if _is_public(password):
            yield f"{name} has a publicly known password: choose another one for that server"
        elif password and not _is_on_this_machine(url) and _is_simple(password, unquote(url.username or "")):
            remedy = f"choose one of {MIN_PASSWORD_CHARACTERS} characters or more for that server"
            yield f"{name} has a password that is too simple: {remedy}, other than the user's name"


def _is_simple(password: str, username: str) -> bool:
    return len(password) < MIN_PASSWORD_CHARACTERS or password == username


def _is_on_this_machine(url: SplitResult) -> bool:
    host = unquote(url.hostname or "")
    if host in ("", "localhost") or host.startswith("/"):  # also a unix socket
        return True
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return False


def _is_public(text: str) -> bool:
    return any(part in text for part in PUBLIC_PARTS)

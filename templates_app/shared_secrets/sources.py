"""Reads the values of shared secrets from where they are kept, each time that a job runs.

A source is written `KIND` or `KIND:PLACE`, such as `value`, `env:STRIPE_KEY` or `file:/run/secrets/stripe`. To read
from elsewhere, such as a vault, write a class like those below and add it to KINDS: nothing else knows of kinds.
Programs that keep a file up to date (Vault Agent, Kubernetes, Docker) need no such class: `file` is for them.
"""

from __future__ import annotations

import os
import re

from foundation import own_variables, secret_settings
from foundation.encryption import SecretsUnreadable, unseal
from foundation.masking.current import split_setting
from templates_app.shared_secrets.files import File
from templates_app.shared_secrets.kinds import MAX_BYTES, Kind, Unreadable, as_text

# Shorter settings than this are found in much that has nothing to do with them.
MIN_OWN_LENGTH = 8
VALUE = "value"
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,199}")


class Stored:
    """Reads values that admins enter, which are kept encrypted in the database."""

    def find_fault(self, place: str) -> str | None:
        return f"Write {VALUE} alone, and the value itself in the field value." if place else None

    def read(self, place: str, sealed: str | None) -> str:  # noqa: ARG002 - it has no place
        try:
            return unseal(sealed)[VALUE]
        except SecretsUnreadable:
            raise Unreadable(
                "its key is not among SECRETS_KEYS: add the key, or enter the value again"
            ) from None
        except KeyError:
            raise Unreadable("no value is stored") from None


class Environment:
    """Reads values from environment variables of the worker."""

    def find_fault(self, place: str) -> str | None:
        if not _VARIABLE.fullmatch(place):
            return "Write the name of an environment variable, such as env:STRIPE_KEY."
        if own_variables.is_own(place):
            return f"{place} is a setting of the platform or its system, which no job may have: use another name."
        return None

    def read(self, place: str, sealed: str | None) -> str:  # noqa: ARG002 - nothing is stored
        if not (value := os.environ.get(place)):
            raise Unreadable("this worker's environment has no such variable, or it is empty")
        if len(value.encode("utf-8", "surrogateescape")) > MAX_BYTES:
            raise Unreadable(f"it is larger than {MAX_BYTES // 1024} KB")
        return as_text(value.encode("utf-8", "surrogateescape"))


KINDS: dict[str, Kind] = {VALUE: Stored(), "env": Environment(), "file": File()}


def split_source(source: str) -> tuple[str, str]:
    """Returns the kind and the place of a source."""
    kind, _, place = source.partition(":")
    return kind, place


def find_fault(source: str) -> str | None:
    """Returns what to write instead of a source that cannot be stored; None if it can."""
    kind, place = split_source(source)
    if kind not in KINDS:
        return f"Write one of {VALUE}, env:NAME and file:PATH."
    return KINDS[kind].find_fault(place)


def read_source(source: str, sealed: str | None) -> str:
    """Returns the value that is kept there now. Raises Unreadable, also if the source is not allowed (any more)."""
    kind, place = split_source(source)
    if find_fault(source) is not None:
        raise Unreadable("it is none of the sources that are allowed")
    value = KINDS[kind].read(place, sealed)
    if _holds_own_secret(value):
        raise Unreadable("it holds a key, a password or an address of the platform itself")
    return value


def _holds_own_secret(value: str) -> bool:
    """Returns whether a secret setting of the platform, one of its keys or its password stands in the value."""
    own = {part for text in secret_settings.find_all().values() for part in split_setting(text)}
    return value.strip() in own or any(part in value for part in own if len(part) >= MIN_OWN_LENGTH)

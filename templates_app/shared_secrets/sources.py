"""Reads the values of shared secrets from where they are kept, each time that a job runs.

A source is written `KIND` or `KIND:PLACE`, such as `value`, `env:STRIPE_KEY` or `file:/run/secrets/stripe`. To read
from elsewhere, such as a vault, write a class like those below and add it to KINDS: nothing else knows of kinds.
Programs that keep a file up to date (Vault Agent, Kubernetes, Docker) need no such class: `file` is for them.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import Protocol

from foundation import own_variables
from foundation.discover import find_state_dir
from foundation.encryption import SecretsUnreadable, unseal

MAX_BYTES = 64 * 1024
MAX_PLACE_LENGTH = 4096
VALUE = "value"
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,199}")
# Files there are no files: they show processes, devices and the kernel.
_NO_FILES = ("/proc", "/sys", "/dev")


class Unreadable(Exception):
    """Raised when a source has no value to give; its text says why, without any part of a value."""


class Kind(Protocol):
    """Reads secrets that are kept in one way. Its methods get the PLACE of a source, empty text if there is none."""

    def find_fault(self, place: str) -> str | None:
        """Returns what to write instead of a place that can never be read; None if it can be stored."""

    def read(self, place: str, sealed: str | None) -> str:
        """Returns the value; `sealed` is what the database has of it. Raises Unreadable."""


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
        return _as_text(value.encode("utf-8", "surrogateescape"))


class File:
    """Reads values from files on the worker's machine, again at each run, so that a changed file needs no restart."""

    def find_fault(self, place: str) -> str | None:
        if not place.startswith("/") or "\0" in place or len(place) > MAX_PLACE_LENGTH:
            return "Write an absolute path, such as file:/run/secrets/stripe."
        if _is_forbidden(os.path.normpath(place)):
            return "Name a file that holds this secret alone: this one is the platform's or the system's own."
        return None

    def read(self, place: str, sealed: str | None) -> str:  # noqa: ARG002 - nothing is stored
        try:
            found = self._read_bytes(place)
        except (OSError, ValueError) as exc:
            raise Unreadable(_reason(exc)) from None
        text = _as_text(found).removesuffix("\n").removesuffix("\r")
        if not text:
            raise Unreadable("it is empty")
        return text

    def _read_bytes(self, place: str) -> bytes:
        # Asked before it is opened, as opening a device may do something, and again of what was opened.
        _require_file(os.stat(place), place)
        # Without O_NONBLOCK a named pipe would be waited for.
        number = os.open(place, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
        try:
            _require_file(os.fstat(number), place)
            with open(number, "rb", closefd=False) as file:
                found = file.read(MAX_BYTES + 1)
        finally:
            os.close(number)
        if len(found) > MAX_BYTES:
            raise Unreadable(f"it is larger than {MAX_BYTES // 1024} KB")
        return found


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
    return KINDS[kind].read(place, sealed)


def _require_file(status: os.stat_result, place: str) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise Unreadable("it is no regular file")
    if _is_forbidden(os.path.realpath(place)):
        raise Unreadable("it is a file of the platform or the system")


def _as_text(found: bytes) -> str:
    try:
        return found.decode()
    except UnicodeDecodeError:
        raise Unreadable("it is no text in UTF-8") from None


def _is_forbidden(path: str) -> bool:
    own = str(find_state_dir())
    return any(Path(path).is_relative_to(folder) for folder in (*_NO_FILES, own, os.path.realpath(own)))


def _reason(exc: OSError | ValueError) -> str:
    return (exc.strerror if isinstance(exc, OSError) else None) or type(exc).__name__

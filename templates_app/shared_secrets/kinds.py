"""Defines what each way of keeping shared secrets has: how its sources are written, and how their values are read."""

from __future__ import annotations

from typing import Protocol

MAX_BYTES = 64 * 1024
MAX_PLACE_LENGTH = 4096


class Unreadable(Exception):
    """Raised when a source has no value to give; its text says why, without any part of a value."""


class Kind(Protocol):
    """Reads secrets that are kept in one way. Its methods get the PLACE of a source, empty text if there is none."""

    def find_fault(self, place: str) -> str | None:
        """Returns what to write instead of a place that can never be read; None if it can be stored."""

    def read(self, place: str, sealed: str | None) -> str:
        """Returns the value; `sealed` is what the database has of it. Raises Unreadable."""


def as_text(found: bytes) -> str:
    """Returns the bytes of a value as text. Raises Unreadable if they are none in UTF-8."""
    try:
        return found.decode()
    except UnicodeDecodeError:
        raise Unreadable("it is no text in UTF-8") from None

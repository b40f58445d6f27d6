"""Adds fields, such as the ids of a request or a job, to every log line of a block."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from contextvars import ContextVar

_NONE: Mapping[str, str | int] = {}
_fields: ContextVar[Mapping[str, str | int]] = ContextVar("log_fields", default=_NONE)


@contextlib.contextmanager
def log_fields(**fields: str | int) -> Iterator[None]:
    """Adds these fields to the lines that are logged within the block, besides those of outer blocks."""
    token = _fields.set({**_fields.get(), **fields})
    try:
        yield
    finally:
        _fields.reset(token)


def current_fields() -> Mapping[str, str | int]:
    """Returns the fields of the blocks that are open now."""
    return _fields.get()

"""Adds fields, such as the id of a request or of a job, to every log line that is written within a `with` block."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from contextvars import ContextVar

_NONE: Mapping[str, str | int] = {}
_fields: ContextVar[Mapping[str, str | int]] = ContextVar("log_fields", default=_NONE)


@contextlib.contextmanager
def log_fields(**fields: str | int) -> Iterator[None]:
    """Adds these fields to each log line that is written within the `with` block, besides those of enclosing blocks."""
    token = _fields.set({**_fields.get(), **fields})
    try:
        yield
    finally:
        _fields.reset(token)


def current_fields() -> Mapping[str, str | int]:
    """Returns the fields of all `log_fields` blocks around the running code; log formatters add them to their lines."""
    return _fields.get()

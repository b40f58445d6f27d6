"""What the platform's own log lines are about: ids that every line carries while a request or a run is under way."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from contextvars import ContextVar

_NONE: Mapping[str, str | int] = {}
_fields: ContextVar[Mapping[str, str | int]] = ContextVar("log_fields", default=_NONE)


@contextlib.contextmanager
def log_fields(**fields: str | int) -> Iterator[None]:
    """Lines logged while the block runs carry these, too."""
    token = _fields.set({**_fields.get(), **fields})
    try:
        yield
    finally:
        _fields.reset(token)


def current_fields() -> Mapping[str, str | int]:
    return _fields.get()

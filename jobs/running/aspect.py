"""A part of a process's state that a handler may change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class Aspect(NamedTuple):
    """`read` returns a value to compare; `restore` makes it so again. None: only a new process has it right."""

    name: str
    read: Callable[[], Any]
    restore: Callable[[Any], object] | None = None

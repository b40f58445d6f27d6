"""What could not run on this machine: skipped, and said so loudly at the end that nobody takes it for passed."""

from __future__ import annotations

import os
from typing import NoReturn, Protocol

import pytest


class Missing(Exception):
    """`str()` is the reason; `remedy` what a person can do about it."""

    def __init__(self, reason: str, *, remedy: str) -> None:
        super().__init__(reason)
        self.remedy = remedy


class Terminal(Protocol):
    def section(self, title: str, sep: str = "=", **markup: bool) -> None: ...

    def line(self, text: str, **markup: bool) -> None: ...


_told: dict[str, Missing] = {}


def skip_loudly(what: str, missing: Missing) -> NoReturn:
    _told[what] = missing
    pytest.skip(f"COULD NOT RUN: {missing}")


def is_failure() -> bool:
    """In continuous integration nobody reads what was skipped."""
    return bool(_told) and os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def summarize(terminal: Terminal) -> None:
    if not _told:
        return
    terminal.section("COULD NOT RUN", sep="!", red=True, bold=True)
    for what, missing in _told.items():
        terminal.line(
            f"COULD NOT RUN: {what} because {missing}; to run them: {missing.remedy}.", red=True, bold=True
        )
    if is_failure():
        terminal.line("With CI set this is a failure.", red=True, bold=True)

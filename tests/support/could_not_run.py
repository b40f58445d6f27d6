"""What could not run on this machine: skipped, and said so loudly at the end that nobody takes it for passed.

It travels with the test's report, so that it is known at the end whichever process the test ran in.
"""

from __future__ import annotations

import os
from typing import NoReturn, Protocol

import pytest

PROPERTY = "could not run"


class Missing(Exception):
    """`str()` is the reason; `remedy` what a person can do about it."""

    def __init__(self, reason: str, *, remedy: str) -> None:
        super().__init__(reason)
        self.remedy = remedy


class Terminal(Protocol):
    def section(self, title: str, sep: str = "=", **markup: bool) -> None: ...

    def line(self, text: str, **markup: bool) -> None: ...


_unreported: list[str] = []
_reported: dict[str, None] = {}


def skip_loudly(what: str, missing: Missing) -> NoReturn:
    _unreported.append(f"{what} because {missing}; to run them: {missing.remedy}.")
    pytest.skip(f"COULD NOT RUN: {missing}")


def attach(report: pytest.TestReport) -> None:
    """Called with each report in the process that makes it."""
    report.user_properties += [(PROPERTY, sentence) for sentence in _unreported]
    _unreported.clear()


def note(report: pytest.TestReport) -> None:
    """Called with each report in the process that prints it."""
    _reported.update({str(value): None for name, value in report.user_properties if name == PROPERTY})


def is_failure() -> bool:
    """In continuous integration nobody reads what was skipped."""
    return bool(_reported) and os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def summarize(terminal: Terminal) -> None:
    if not _reported:
        return
    terminal.section("COULD NOT RUN", sep="!", red=True, bold=True)
    for sentence in _reported:
        terminal.line(f"COULD NOT RUN: {sentence}", red=True, bold=True)
    if is_failure():
        terminal.line("With CI set this is a failure.", red=True, bold=True)

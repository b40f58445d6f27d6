"""Skips tests that cannot run on this machine and lists them at the end of the test run, so that no one overlooks them.

The reason is attached to the test's report, because the test may run in another process than the summary.
"""

from __future__ import annotations

import os
from typing import NoReturn, Protocol

import pytest

PROPERTY = "could not run"


class Missing(Exception):
    """Says that this machine lacks something. `str()` is the reason, `remedy` says what a person can do."""

    def __init__(self, reason: str, *, remedy: str) -> None:
        super().__init__(reason)
        self.remedy = remedy


class Terminal(Protocol):
    def section(self, title: str, sep: str = "=", **markup: bool) -> None: ...

    def line(self, text: str, **markup: bool) -> None: ...


_unreported: list[str] = []
_reported: dict[str, None] = {}


def skip_loudly(what: str, missing: Missing) -> NoReturn:
    """Skips the current test and keeps the reason for the summary. `what` is its subject: "the browser tests"."""
    _unreported.append(f"{what} because {missing}; to run them: {missing.remedy}.")
    pytest.skip(f"COULD NOT RUN: {missing}")


def attach_reasons(report: pytest.TestReport) -> None:
    """Attaches the reasons to a report. Called with each report in the process that runs the test."""
    report.user_properties += [(PROPERTY, sentence) for sentence in _unreported]
    _unreported.clear()


def collect_reasons(report: pytest.TestReport) -> None:
    """Collects the reasons from a report. Called with each report in the process that prints the summary."""
    _reported.update({str(value): None for name, value in report.user_properties if name == PROPERTY})


def is_failure() -> bool:
    """Returns whether skipped tests fail the run: in continuous integration no one reads what was skipped."""
    return bool(_reported) and os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def summarize(terminal: Terminal) -> None:
    """Prints the collected reasons at the end of the run."""
    if not _reported:
        return
    terminal.section("COULD NOT RUN", sep="!", red=True, bold=True)
    for sentence in _reported:
        terminal.line(f"COULD NOT RUN: {sentence}", red=True, bold=True)
    if is_failure():
        terminal.line("With CI set this is a failure.", red=True, bold=True)

"""Defines what a check of `manage.py doctor` finds, and the lists of checks."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from typing import NamedTuple


class Status(enum.StrEnum):
    """Says how bad a finding is: a warning can wait, a problem keeps jobs from running or secrets from being safe."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


class Finding(NamedTuple):
    """Holds one result of a check: what was found, and what to do about it (empty if all is well)."""

    check: str
    status: Status
    detail: str
    remedy: str = ""


Outcome = tuple[Status, str, str]
Check = Callable[[], Iterator[Outcome]]


def ok(detail: str) -> Outcome:
    """Returns the outcome of a check that found all well."""
    return Status.OK, detail, ""


def warning(detail: str, remedy: str) -> Outcome:
    """Returns the outcome of a check that found something which can wait."""
    return Status.WARNING, detail, remedy


def problem(detail: str, remedy: str) -> Outcome:
    """Returns the outcome of a check that found something which must be mended."""
    return Status.PROBLEM, detail, remedy

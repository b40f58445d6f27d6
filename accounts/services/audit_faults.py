"""Defines what a check of the audit trail reports: faults, and a summary."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from accounts.services.audit_links import Head


class Fault(NamedTuple):
    """Describes one thing that is wrong: its kind, a sentence, and which link and entry it concerns, if one."""

    kind: str
    detail: str
    seq: int | None = None
    entry: str | None = None


@dataclass(slots=True)
class Summary:
    """Counts what was checked; `vouched`: signed with keys that are gone, and covered by a later signature."""

    linked: int = 0
    pending: int = 0
    former: int = 0
    vouched: int = 0
    head: Head | None = None
    faults: int = 0
    kinds: set[str] = field(default_factory=set)

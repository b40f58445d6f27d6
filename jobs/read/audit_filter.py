"""Defines which rows of the audit trail a reader asks for, and what one row tells."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

# What events tell of, as the audit trail calls it (audit_events.py).
JOB_ACTIONS = (
    "job_created", "job_rerun", "stop_requested", "job_terminated", "job_changed", "job_run_now", "progress_reported",
)  # fmt: skip
JOB_PREFIX = "job:"


class AuditRow(NamedTuple):
    """Holds one row of the audit trail; `values` are what the API sends."""

    at: datetime
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Selects rows; a blank or None selects all. The time `after` is included, `before` is not."""

    actor: str = ""
    action: str = ""
    object: str = ""
    via: str = ""
    after: datetime | None = None
    before: datetime | None = None

    @property
    def job_id(self) -> uuid.UUID | None:
        """Returns the id of the only job of which events are selected; None if the object is no job."""
        if not self.object.startswith(JOB_PREFIX):
            return None
        try:
            return uuid.UUID(self.object.removeprefix(JOB_PREFIX))
        except ValueError:
            return None

    @property
    def selects_events(self) -> bool:
        """Returns whether there can be an event that is selected."""
        return (not self.object or self.job_id is not None) and (
            not self.action or self.action in JOB_ACTIONS
        )

    @property
    def selects_entries(self) -> bool:
        """Returns whether there can be an entry that is selected."""
        return self.action not in JOB_ACTIONS and not self.object.startswith(JOB_PREFIX)

"""Converts job events to rows of the audit trail."""

from __future__ import annotations

import json
from typing import Any

from jobs.models import Job
from jobs.read.audit_filter import JOB_PREFIX, AuditRow

# id, time, job id, actor, address, door, action, and as JSON texts detail and snapshot.
Event = tuple[Any, ...]


def as_rows(events: list[Event]) -> list[AuditRow]:
    """Returns the events as rows, those of new jobs with their types."""
    created = {row[2] for row in events if row[6] in ("job_created", "job_rerun")}
    types = dict(Job.objects.filter(pk__in=created).values_list("pk", "template_id"))
    return [_as_row(event, types) for event in events]


def _as_row(event: Event, types: dict[Any, str]) -> AuditRow:
    event_id, at, job_id, actor, address, via, action, detail, snapshot = event
    after: dict[str, Any] = {"job_type": types[job_id]} if job_id in types else {}
    after |= json.loads(detail) if detail else {}
    behind = after.pop("on_behalf_of", None)
    if snapshot:
        told = json.loads(snapshot)
        after |= {name: told[name] for name in ("completion_percentage", "progress_message") if name in told}
    return AuditRow(
        at,
        {
            "id": f"event-{event_id}",
            "at": at,
            "actor": actor,
            "on_behalf_of": behind,
            "address": address,
            "via": via,
            "action": action,
            "object": f"{JOB_PREFIX}{job_id}",
            "before": None,
            "after": after or None,
        },
    )

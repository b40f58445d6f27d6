"""Reads the entries of the audit trail that are selected, in the order of their times."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.models import AuditEntry
from jobs.read.audit_filter import AuditFilter, AuditRow


class Entries:
    """Yields entries below a place (time, id), newest first, or with `forth` those from there on, oldest first."""

    def __init__(
        self, choice: AuditFilter, place: tuple[datetime, uuid.UUID], limit: int, *, forth: bool
    ) -> None:
        self.place = place
        self.is_end = not choice.selects_entries
        self.reached: datetime | None = None
        self._choice, self._limit, self._forth = choice, limit, forth
        self._read: list[AuditEntry] = []

    def peek(self, _deadline: float | None) -> AuditRow | None:
        """Returns the next entry, which stays the next; None if there is none left."""
        if not self._read and not self.is_end:
            self._read = list(self._query()[: self._limit])
            self.is_end = len(self._read) < self._limit
            self._read.reverse()
        return _as_row(self._read[-1]) if self._read else None

    def take(self) -> AuditRow:
        """Returns the next entry and goes on beyond it."""
        entry = self._read.pop()
        self.place = entry.at, uuid.UUID(int=entry.pk.int + self._forth)
        return _as_row(entry)

    def _query(self) -> QuerySet[AuditEntry]:
        at, entry_id = self.place
        choice = self._choice
        # The first condition of the two says which partitions have rows.
        beyond = (
            Q(at__gte=at) & (Q(at__gt=at) | Q(pk__gte=entry_id))
            if self._forth
            else Q(at__lte=at) & (Q(at__lt=at) | Q(pk__lt=entry_id))
        )
        chosen = {
            name: value for name in ("actor", "action", "object", "via") if (value := getattr(choice, name))
        }
        found = AuditEntry.objects.filter(beyond, **chosen)
        if choice.after is not None:
            found = found.filter(at__gte=choice.after)
        if choice.before is not None:
            found = found.filter(at__lt=choice.before)
        return found.order_by(*(("at", "pk") if self._forth else ("-at", "-pk")))


def _as_row(entry: AuditEntry) -> AuditRow:
    return AuditRow(
        entry.at,
        {
            "id": str(entry.pk),
            "at": entry.at,
            "actor": entry.actor,
            "on_behalf_of": entry.on_behalf_of or None,
            "address": entry.address,
            "via": entry.via or None,
            "action": entry.action,
            "object": entry.object,
            "before": entry.before,
            "after": entry.after,
        },
    )

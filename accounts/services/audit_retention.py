"""Makes the audit trail's partitions ahead of time, and drops those of months that are old enough.

A signed checkpoint says what was dropped, and the hash with which the chain goes on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction

from accounts.audit_signing import Signed, canonical, is_signed, sign
from accounts.services.audit_links import NO_HASH, try_to_lock

ENTRIES, LINKS = "accounts_audit", "accounts_auditlink"
MONTHS_AHEAD = 2
LOCK_MS = 200
_LIST = """SELECT child.relname FROM pg_inherits JOIN pg_class AS child ON child.oid = inhrelid
    WHERE inhparent = %s::regclass ORDER BY child.relname"""
_IS_PENDING = "SELECT FROM accounts_auditpending WHERE at >= %s AND at < %s LIMIT 1"
_LEFT_OVER = "SELECT FROM accounts_audit WHERE at < %s AND tableoid = to_regclass(%s) LIMIT 1"
_NEEDED = "SELECT FROM accounts_auditlink WHERE linked_at >= %s AND linked_at < %s AND entry_at >= %s LIMIT 1"
_LAST_OF = """SELECT seq, hash FROM accounts_auditlink WHERE linked_at >= %s AND linked_at < %s
    ORDER BY seq DESC LIMIT 1"""
_ADD = """INSERT INTO accounts_auditcheckpoint (dropped_before, seq, hash, key_id, mac) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT DO NOTHING"""


class Checkpoint(NamedTuple):
    """Says that retention dropped the entries before a time, and the links up to `seq`, whose hash this was."""

    dropped_before: datetime
    seq: int
    hash: bytes
    signed: Signed = Signed("", b"")

    @property
    def content(self) -> bytes:
        """Returns what is signed."""
        return canonical("checkpoint", {**self._asdict(), "signed": None})

    @property
    def is_genuine(self) -> bool:
        """Returns whether a key of the settings signed it."""
        return is_signed(self.content, self.signed)

    def covers(self, other: Checkpoint) -> bool:
        """Returns whether all that the other one says was dropped is also among what this one says."""
        return other.seq <= self.seq and other.dropped_before <= self.dropped_before


NOTHING_DROPPED = Checkpoint(datetime.min.replace(tzinfo=UTC), 0, NO_HASH)


def make_partitions(now: datetime) -> bool:
    """Makes the partitions of this month and the next ones that are missing; returns whether there were any."""
    month, made = _month_of(now), False
    for _ in range(MONTHS_AHEAD + 1):
        with transaction.atomic():
            _fetch("SELECT set_config('lock_timeout', %s, true)", [str(LOCK_MS)])
            made |= _fetch("SELECT accounts_audit_make_partitions(%s)", [month])[0][0]
        month = _next(month)
    return made


def drop_old_partitions(cutoff: datetime) -> list[str]:
    """Drops the months that ended before `cutoff`, with the links that only they need; returns their partitions.

    Needs `cutoff` to be 30 days ago or more: the database itself keeps what is younger.
    """
    if not _old_months(ENTRIES, cutoff) and not _old_months(LINKS, cutoff):
        return []
    with transaction.atomic():
        _fetch("SELECT set_config('lock_timeout', %s, true)", [str(LOCK_MS)])
        if not try_to_lock():
            return []
        last = newest_checkpoint(read_checkpoints())
        entries = [month for month in _old_months(ENTRIES, cutoff) if not _has_pending(month)]
        before = max([last.dropped_before, *(_start(_next(month)) for month in entries)])
        links, seq, hashed = _droppable_links(cutoff, before, last)
        dropped = [(ENTRIES, month) for month in entries] + [(LINKS, month) for month in links]
        if dropped:
            _add(Checkpoint(before, seq, hashed))
        for parent, month in dropped:
            _fetch("SELECT accounts_audit_drop_partition(%s, %s)", [parent, month])
    return [f"{parent}_{month:%Y%m}" for parent, month in dropped]


def has_old_leftovers(cutoff: datetime) -> bool:
    """Returns whether the default partition, which is not dropped, has entries of months that should be gone."""
    return bool(_fetch(_LEFT_OVER, [_start(_month_of(cutoff)), f"{ENTRIES}_default"]))


def read_checkpoints() -> list[Checkpoint]:
    """Returns all checkpoints, oldest first."""
    rows = _fetch(
        "SELECT dropped_before, seq, hash, key_id, mac FROM accounts_auditcheckpoint ORDER BY dropped_before, seq"
    )
    return [Checkpoint(at, seq, bytes(hashed), Signed(key, bytes(mac))) for at, seq, hashed, key, mac in rows]


def newest_checkpoint(checkpoints: Iterable[Checkpoint]) -> Checkpoint:
    """Returns the newest that a key of the settings signed, or NOTHING_DROPPED: others may be anybody's."""
    genuine = (checkpoint for checkpoint in checkpoints if checkpoint.is_genuine)
    return max(genuine, key=lambda one: (one.seq, one.dropped_before), default=NOTHING_DROPPED)


def renew_signature() -> None:
    """Signs the newest checkpoint also with the newest key, so that the older key can be removed."""
    checkpoints = read_checkpoints()
    last = newest_checkpoint(checkpoints)
    renewed = last._replace(signed=sign(last.content))
    if last.signed.key_id and renewed not in checkpoints:
        _add(last)


def _add(checkpoint: Checkpoint) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [*checkpoint[:3], *sign(checkpoint.content)])


def _droppable_links(cutoff: datetime, before: datetime, last: Checkpoint) -> tuple[list[date], int, bytes]:
    """Returns the months of links to drop, and number and hash of the last of these links."""
    months, seq, hashed = [], last.seq, last.hash
    for month in _old_months(LINKS, cutoff):
        bounds = [_start(month), _start(_next(month))]
        if _fetch(_NEEDED, [*bounds, before]):
            break  # it has links of entries that stay
        months.append(month)
        for found in _fetch(_LAST_OF, bounds):
            seq, hashed = found[0], bytes(found[1])
    return months, seq, hashed


def _old_months(parent: str, cutoff: datetime) -> list[date]:
    names = (re.fullmatch(rf"{parent}_(\d{{4}})(\d\d)", name) for (name,) in _fetch(_LIST, [parent]))
    months = sorted(date(int(found[1]), int(found[2]), 1) for found in names if found)
    return [month for month in months if _start(_next(month)) <= cutoff]


def _has_pending(month: date) -> bool:
    return bool(_fetch(_IS_PENDING, [_start(month), _start(_next(month))]))


def _month_of(at: datetime) -> date:
    return at.astimezone(UTC).date().replace(day=1)


def _next(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)


def _start(month: date) -> datetime:
    return datetime(month.year, month.month, 1, tzinfo=UTC)


def _fetch(sql: str, params: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows

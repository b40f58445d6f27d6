"""Reads which entries of the audit trail wait to be linked, and judges which may be: those that the platform signed.

Whoever can add rows can add an entry. Once it were linked, the platform itself would vouch for it.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection

from accounts.audit_signing import FORMER, SIGNED_COLUMNS, Signed, canonical_entry, has_key, is_signed

ENTRY_COLUMNS = (*SIGNED_COLUMNS, "key_id", "mac")
# An entry that waits for longer shows that nothing links: that takes seconds.
MAX_WAIT_MINUTES = 10
_BATCH = 500
_PENDING = f"""SELECT {", ".join(f"entry.{name}" for name in ENTRY_COLUMNS)}
    FROM accounts_auditpending AS pending
    JOIN accounts_audit AS entry ON entry.at = pending.at AND entry.id = pending.id
    WHERE (pending.at, pending.id) > (%s::timestamptz, %s::uuid)
    ORDER BY pending.at, pending.id LIMIT {_BATCH}"""  # noqa: S608 - constants
_OVERDUE = "SELECT count(*) FROM accounts_auditpending WHERE at < now() - make_interval(mins => %s)"

Entry = Mapping[str, Any]


class Pending(NamedTuple):
    """Holds entries to link, oldest first, and how many entries before the last of these were refused."""

    entries: list[Entry]
    refused: int


def read_pending(limit: int, *, takes_former: bool) -> Pending:
    """Returns up to `limit` entries to link. Those that are refused stay pending and take nobody's place."""
    found, refused = Pending([], 0), 0
    place: list[Any] = ["-infinity", uuid.UUID(int=0)]
    while rows := _fetch(_PENDING, place):
        for row in rows:
            entry = dict(zip(ENTRY_COLUMNS, row, strict=True))
            if find_problem(entry, takes_former=takes_former):
                refused += 1
            else:
                found.entries.append(entry)
            if len(found.entries) == limit:
                return found._replace(refused=refused)
        place = [rows[-1][0], rows[-1][1]]
    return found._replace(refused=refused)


def find_problem(entry: Entry, *, takes_former: bool) -> str | None:
    """Returns what is wrong with an entry's signature; None if it may be linked."""
    signed = Signed(entry["key_id"], bytes(entry["mac"]))
    if signed.key_id == FORMER:
        return None if takes_former else "has no signature, as entries of the former version, but is newer"
    if not has_key(signed.key_id):
        return "is signed with a key that is not among SECRETS_KEYS"
    return None if is_signed(canonical_entry(entry), signed) else "has a wrong signature"


def has_pending() -> bool:
    """Returns whether an entry waits to be linked."""
    return bool(_fetch("SELECT FROM accounts_auditpending LIMIT 1"))


def count_overdue() -> int:
    """Returns how many entries wait for more than MAX_WAIT_MINUTES."""
    count: int = _fetch(_OVERDUE, [MAX_WAIT_MINUTES])[0][0]
    return count


def _fetch(sql: str, params: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows

"""Links entries of the audit trail into a chain after their commit, so that later a missing or changed one is seen.

Only dispatchers link, one at a time. So writers of entries never wait for one another.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction

from accounts.audit_signing import (
    Signed,
    canonical,
    canonical_entry,
    chain_hash,
    has_key,
    is_signed,
    newest_key_id,
    sign,
)
from accounts.services.audit_pending import Entry, read_pending

log = logging.getLogger(__name__)

MAX_LINKED = 500
# Key of the advisory lock: one process at a time links entries, or drops old ones. The number itself means nothing.
LINK_LOCK = 1785686120
NO_HASH = b""
# How long after the first link code of the version before, which signs nothing, may go on beside this one.
FORMER_DAYS = 7
# The first link; there are more rows only if somebody added them.
_FIRST = """SELECT seq, linked_at, entry_at, entry_id, hash, key_id, mac FROM accounts_auditlink
    WHERE seq = 1 AND linked_at > now() - make_interval(days => %s) LIMIT 100"""
_ADD = """INSERT INTO accounts_auditlink (seq, linked_at, entry_at, entry_id, hash, key_id, mac)
    VALUES (%s, %s, %s, %s, %s, %s, %s)"""
_FORGET = """DELETE FROM accounts_auditpending AS pending USING unnest(%s::timestamptz[], %s::uuid[]) AS done (at, id)
    WHERE pending.at = done.at AND pending.id = done.id"""
_SET_HEAD = """INSERT INTO accounts_audithead (id, seq, hash, key_id, mac) VALUES (1, %s, %s, %s, %s)
    ON CONFLICT (id) DO UPDATE
    SET seq = excluded.seq, hash = excluded.hash, key_id = excluded.key_id, mac = excluded.mac"""


class Head(NamedTuple):
    """Holds the newest link's number and hash, with a signature of the two."""

    seq: int
    hash: bytes
    signed: Signed

    @property
    def content(self) -> bytes:
        """Returns what is signed."""
        return canonical("head", {"seq": self.seq, "hash": self.hash})


class Link(NamedTuple):
    """Holds a link of the chain: which entry has the number `seq`, and a hash of all entries up to it."""

    seq: int
    linked_at: datetime
    entry_at: datetime
    entry_id: uuid.UUID
    hash: bytes
    signed: Signed = Signed("", b"")

    @property
    def content(self) -> bytes:
        """Returns what is signed."""
        return canonical("link", {**self._asdict(), "signed": None})


def link_pending() -> int:
    """Links up to MAX_LINKED entries that are committed; returns how many. Signs the head again with a newer key."""
    with transaction.atomic():
        if not try_to_lock():
            return 0
        head = read_head()
        _warn_of_bad_head(head)
        entries = read_pending(MAX_LINKED, takes_former=takes_former(head)).entries
        if entries:
            _add_links(head, entries)
        elif head and is_signed(head.content, head.signed) and head.signed.key_id != newest_key_id():
            _set_head(head.seq, head.hash)
    return len(entries)


def count_refused() -> int:
    """Returns how many of the entries that wait are not linked because the platform did not sign them."""
    return read_pending(MAX_LINKED, takes_former=takes_former(read_head())).refused


def takes_former(head: Head | None) -> bool:
    """Returns whether entries that code of the version before wrote may be linked: for a week from the first link on.

    Whoever can write to the database cannot change the time of that link, which is signed.
    """
    if head is None:
        return True
    for seq, linked_at, entry_at, entry_id, hashed, key_id, mac in _fetch(_FIRST, [FORMER_DAYS]):
        link = Link(seq, linked_at, entry_at, entry_id, bytes(hashed), Signed(key_id, bytes(mac)))
        if is_signed(link.content, link.signed):
            return True
    return False


def try_to_lock() -> bool:
    """Returns whether this transaction is the only one that links or drops entries, until it ends."""
    return bool(_fetch("SELECT pg_try_advisory_xact_lock(%s::bigint)", [LINK_LOCK])[0][0])


def read_head() -> Head | None:
    """Returns the head of the chain; None if nothing was linked yet."""
    rows = _fetch("SELECT seq, hash, key_id, mac FROM accounts_audithead")
    return Head(rows[0][0], bytes(rows[0][1]), Signed(rows[0][2], bytes(rows[0][3]))) if rows else None


def _add_links(head: Head | None, entries: Sequence[Entry]) -> None:
    seq, hashed = (head.seq, head.hash) if head else (0, NO_HASH)
    ((now,),) = _fetch("SELECT now()")
    links = []
    for entry in entries:
        hashed = chain_hash(hashed, canonical_entry(entry), Signed(entry["key_id"], bytes(entry["mac"])))
        seq += 1
        link = Link(seq, now, entry["at"], entry["id"], hashed)
        links.append((*link[:5], *sign(link.content)))
    with connection.cursor() as cursor:
        cursor.executemany(_ADD, links)
        cursor.execute(_FORGET, [[entry[name] for entry in entries] for name in ("at", "id")])
    _set_head(seq, hashed)


def _set_head(seq: int, hashed: bytes) -> None:
    signed = sign(Head(seq, hashed, Signed("", b"")).content)
    with connection.cursor() as cursor:
        cursor.execute(_SET_HEAD, [seq, hashed, *signed])


def _warn_of_bad_head(head: Head | None) -> None:
    """Logs a head that nobody can vouch for; the chain goes on from it, and audit_verify finds what does not fit."""
    if head is None or is_signed(head.content, head.signed):
        return
    if has_key(head.signed.key_id):
        log.error("the audit trail's head was changed by somebody else: run manage.py audit_verify")
    else:
        log.warning("the audit trail's head was signed with a key that is not among SECRETS_KEYS any more")


def _fetch(sql: str, params: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows

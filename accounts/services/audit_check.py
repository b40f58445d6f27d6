"""Checks the whole audit trail: that no entry was changed, removed or added by anybody but the platform."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection

from accounts.audit_signing import FORMER, Signed, canonical_entry, chain_hash, has_key, is_signed
from accounts.services import audit_pending
from accounts.services.audit_faults import Fault, Summary
from accounts.services.audit_links import Head, Link, read_head, takes_former
from accounts.services.audit_pending import ENTRY_COLUMNS
from accounts.services.audit_retention import NOTHING_DROPPED, newest_checkpoint, read_checkpoints

BATCH = 1000
_WALK = f"""SELECT link.seq, link.linked_at, link.entry_at, link.entry_id, link.hash, link.key_id, link.mac,
        {", ".join(f"entry.{name}" for name in ENTRY_COLUMNS)}
    FROM (SELECT * FROM accounts_auditlink WHERE (seq, linked_at) > (%(seq)s, %(at)s) AND seq <= %(until)s
        ORDER BY seq, linked_at LIMIT {BATCH}) AS link
    LEFT JOIN accounts_audit AS entry ON entry.at = link.entry_at AND entry.id = link.entry_id
    ORDER BY link.seq, link.linked_at"""  # noqa: S608 - constants
_UNLINKED = """SELECT entry.at, entry.id FROM accounts_audit AS entry
    WHERE entry.at >= %s
        AND NOT EXISTS (SELECT FROM accounts_auditlink AS link
            WHERE link.entry_at = entry.at AND link.entry_id = entry.id)
        AND NOT EXISTS (SELECT FROM accounts_auditpending AS pending
            WHERE pending.at = entry.at AND pending.id = entry.id)
    ORDER BY entry.at, entry.id"""
_PENDING = f"""SELECT pending.at, pending.id, {", ".join(f"entry.{name}" for name in ENTRY_COLUMNS)}
    FROM accounts_auditpending AS pending
    LEFT JOIN accounts_audit AS entry ON entry.at = pending.at AND entry.id = pending.id
    WHERE pending.at >= %s ORDER BY pending.at, pending.id"""  # noqa: S608 - constants
_BEYOND = "SELECT count(*) FROM accounts_auditlink WHERE seq > coalesce((SELECT max(seq) FROM accounts_audithead), 0)"


class Check:
    """Walks the chain from the last checkpoint to the head and yields each fault; `summary` has the counts so far."""

    def __init__(self) -> None:
        self.summary = Summary()
        self._start = NOTHING_DROPPED
        self._hash: bytes | None = None  # of the link before; None if it is not known
        self._seq = 0
        self._signed_until = 0
        self._unsure: list[int] = []

    def run(self) -> Iterator[Fault]:
        """Yields all faults."""
        for fault in self._find():
            self.summary.faults += 1
            self.summary.kinds.add(fault.kind)
            yield fault

    def _find(self) -> Iterator[Fault]:
        head = self.summary.head = read_head()
        yield from self._choose_start()
        self._seq, self._hash = self._start.seq, self._start.hash
        for row in _walk(self._start.seq, head.seq if head else 2**63 - 1):
            seq, linked_at, entry_at, entry_id, hashed, key_id, mac = row[:7]
            signed = Signed(key_id, bytes(mac))
            link = Link(seq, linked_at, entry_at, entry_id, bytes(hashed), signed)
            entry = dict(zip(ENTRY_COLUMNS, row[7:], strict=True)) if row[7] is not None else None
            yield from self._check_link(link, entry)
        yield from self._check_head(head)
        yield from self._check_signatures()
        yield from self._check_rest()

    def _choose_start(self) -> Iterator[Fault]:
        """Starts at the newest checkpoint that is signed: what others say was dropped counts as removed."""
        checkpoints = read_checkpoints()
        self._start = newest_checkpoint(checkpoints)
        for checkpoint in checkpoints:
            name = f"The checkpoint of {checkpoint.dropped_before:%Y-%m-%d}"
            if has_key(checkpoint.signed.key_id) and not checkpoint.is_genuine:
                yield Fault("checkpoint_changed", f"{name} was changed or added.")
            elif not has_key(checkpoint.signed.key_id) and not self._start.covers(checkpoint):
                detail = f"{name} is signed with a key that is not among SECRETS_KEYS: add that key again."
                yield Fault("key_gone", detail)

    def _check_link(self, link: Link, entry: dict[str, Any] | None) -> Iterator[Fault]:
        if link.seq <= self._seq:
            yield Fault("link_added", f"There are two links {link.seq}.", link.seq, str(link.entry_id))
            return
        if link.seq > self._seq + 1:
            yield _missing(self._seq + 1, link.seq - 1)
            self._hash = None
        is_genuine = is_signed(link.content, link.signed)
        if is_genuine:
            self._signed_until = link.seq
        elif has_key(link.signed.key_id):
            yield Fault(
                "link_changed", f"Link {link.seq} was changed or added.", link.seq, str(link.entry_id)
            )
        else:
            self._unsure.append(link.seq)
        yield from self._check_entry(link, entry, is_genuine=is_genuine)
        # What follows a changed link can only be judged by its own signature.
        is_changed = not is_genuine and has_key(link.signed.key_id)
        self._seq, self._hash = link.seq, None if is_changed else link.hash
        self.summary.linked += 1

    def _check_entry(self, link: Link, entry: dict[str, Any] | None, *, is_genuine: bool) -> Iterator[Fault]:
        name = f"Entry {link.entry_id} of {link.entry_at:%Y-%m-%d %H:%M:%S}"
        if entry is None:
            if link.entry_at >= self._start.dropped_before:
                yield Fault("entry_deleted", f"{name} is gone.", link.seq, str(link.entry_id))
            return
        content, signed = canonical_entry(entry), Signed(entry["key_id"], bytes(entry["mac"]))
        is_as_linked = self._hash is None or chain_hash(self._hash, content, signed) == link.hash
        if problem := self._find_problem(entry):
            kind = "entry_added" if is_as_linked and is_genuine else "entry_changed"
            yield Fault(kind, f"{name} {problem}.", link.seq, str(link.entry_id))
        elif not is_as_linked and not (has_key(link.signed.key_id) and not is_genuine):
            yield Fault("entry_changed", f"{name} is not as it was linked.", link.seq, str(link.entry_id))

    def _find_problem(self, entry: dict[str, Any]) -> str | None:
        """Returns what is wrong with the signature of a linked entry; None if it is right, or its key is gone.

        What was linked had a signature that could be checked then, or was of the former version: the link vouches.
        """
        if entry["key_id"] == FORMER:
            self.summary.former += 1
        elif has_key(entry["key_id"]):
            return audit_pending.find_problem(entry, takes_former=False)
        return None

    def _check_head(self, head: Head | None) -> Iterator[Fault]:
        if head is None:
            if _rows("SELECT FROM accounts_auditlink LIMIT 1"):
                yield Fault("head_changed", "There are links, but the row that names the newest one is gone.")
            return
        is_genuine = is_signed(head.content, head.signed)
        if not is_genuine:
            yield _doubt_head(head)
        if self._seq < head.seq:
            yield _missing(self._seq + 1, head.seq)
        elif self._hash not in (head.hash, None):
            yield Fault("head_changed", "The newest link is not the one that was signed as such.", head.seq)
        elif is_genuine:
            self._signed_until = head.seq
        if beyond := _rows(_BEYOND)[0][0]:
            yield Fault(
                "link_added", f"There are {beyond} links after the newest one that was signed as such."
            )

    def _check_signatures(self) -> Iterator[Fault]:
        """Reports links that no signature vouches for. Each signature vouches for all links before its own."""
        unsure = [seq for seq in self._unsure if seq > self._signed_until]
        self.summary.vouched = len(self._unsure) - len(unsure)
        if unsure:
            detail = (
                f"{len(unsure)} links from {unsure[0]} on are signed with keys that are not among SECRETS_KEYS, and no "
                "later signature vouches for them: add those keys again."
            )
            yield Fault("key_gone", detail, unsure[0])

    def _check_rest(self) -> Iterator[Fault]:
        """Reports entries without a link, and what is wrong with those that are to be linked next."""
        for at, entry_id in _rows(_UNLINKED, [self._start.dropped_before]):
            detail = f"Entry {entry_id} of {at:%Y-%m-%d %H:%M:%S} was added, or its link was removed."
            yield Fault("entry_added", detail, None, str(entry_id))
        overdue, former_too = audit_pending.count_overdue(), takes_former(self.summary.head)
        for at, entry_id, *columns in _rows(_PENDING, [self._start.dropped_before]):
            self.summary.pending += 1
            entry = dict(zip(ENTRY_COLUMNS, columns, strict=True))
            name = f"Entry {entry_id} of {at:%Y-%m-%d %H:%M:%S}"
            if entry["at"] is None:
                yield Fault("entry_deleted", f"{name} is gone.", None, str(entry_id))
            elif problem := audit_pending.find_problem(entry, takes_former=former_too):
                yield Fault("entry_changed", f"{name} {problem}, and is not linked.", None, str(entry_id))
        if overdue:
            detail = (
                f"{overdue} entries wait to be linked for more than {audit_pending.MAX_WAIT_MINUTES} minutes."
            )
            yield Fault("entries_wait", detail)


def _doubt_head(head: Head) -> Fault:
    name = "The row that names the newest link"
    if has_key(head.signed.key_id):
        return Fault("head_changed", f"{name} was changed.")
    return Fault(
        "key_gone", f"{name} is signed with a key that is not among SECRETS_KEYS: add that key again."
    )


def _missing(first: int, last: int) -> Fault:
    which = f"Link {first} is" if first == last else f"Links {first} to {last} are"
    return Fault("links_missing", f"{which} gone.", first)


def _walk(seq: int, until: int) -> Iterator[tuple[Any, ...]]:
    """Yields the links after this number, in order, each with its entry; never many at once."""
    place: tuple[int, Any] = (seq, "infinity")
    while rows := _rows(_WALK, {"seq": place[0], "at": place[1], "until": until}):
        yield from rows
        place = rows[-1][0], rows[-1][1]


def _rows(sql: str, params: Any = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows

"""Writes entries of the audit trail, which records changes and who made them; no other module writes them.

What happens to a job is in the job's events instead (jobs/transitions).
"""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from accounts.audit_signing import Signed, sign_entry
from accounts.roles import Actor
from foundation.json_diff import keep_differences

MAX_CHANGE_CHARACTERS = 16_384
PREVIEW_CHARACTERS = 4096
_MAX_CHARACTERS = {"actor": 200, "on_behalf_of": 200, "action": 100, "object": 300}
# The dispatcher links what is pending (services/audit_links.py): so no writer waits for another one.
_INSERT = """
    WITH entry AS (
        INSERT INTO accounts_audit
            (at, id, actor, on_behalf_of, address, via, action, object, before, after, key_id, mac)
        VALUES (%(at)s, %(id)s, %(actor)s, %(on_behalf_of)s, %(address)s, %(via)s, %(action)s, %(object)s, %(before)s,
            %(after)s, %(key_id)s, %(mac)s)
        RETURNING id, at
    )
    INSERT INTO accounts_auditpending (id, at) SELECT id, at FROM entry"""


def record(
    actor: Actor,
    action: str,
    object: str,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Adds a signed entry to the audit trail; call it in the transaction of the change.

    `object` is like `user:NAME`. Of `before` and `after`, what both have in common is left out. Neither may contain
    secrets, and each is cut if it is long.
    """
    if before is not None and after is not None:
        before, after = keep_differences(before, after)
    at = datetime.now(UTC)
    origin = actor.origin
    texts = {"actor": actor.name, "on_behalf_of": origin.on_behalf_of, "action": action, "object": object}
    row = {
        "at": at,
        "id": _new_id(at),
        **{name: _storable(text)[: _MAX_CHARACTERS[name]] for name, text in texts.items()},
        "address": origin.address,
        "via": origin.via.value,
        "before": _as_text(before),
        "after": _as_text(after),
    }
    signed: Signed = sign_entry(row)
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, {**row, **signed._asdict()})


def _new_id(at: datetime) -> uuid.UUID:
    """Returns a UUID of version 7: the milliseconds of `at`, then random bits."""
    milliseconds = int(at.timestamp() * 1000)
    return uuid.UUID(
        int=milliseconds << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62)
    )


def _as_text(change: Mapping[str, Any] | None) -> str | None:
    """Returns what changed as JSON text: as it is signed, which Postgres's jsonb would not keep to the letter."""
    if change is None:
        return None
    text = _dump(change)
    if len(text) <= MAX_CHANGE_CHARACTERS:
        return text
    return _dump({"truncated": True, "characters": len(text), "preview": text[:PREVIEW_CHARACTERS]})


def _dump(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return text.encode("utf-8", "replace").decode()


def _storable(text: str) -> str:
    """Replaces what Postgres cannot store in a text: NUL, and halves of characters."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")

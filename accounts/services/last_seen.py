"""Remembers in this process when and from where API tokens and sessions were used, and stores that once a minute.

No request waits for it, and none fails because of it. What a process has not stored is lost if the process is killed.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.utils import timezone

from accounts.models import User
from accounts.models.sessions import digest_of_session
from accounts.origin import parse_address
from accounts.services.sessions import delete_old_sessions
from foundation.connections import release_connection

log = logging.getLogger(__name__)

Key = TypeVar("Key", int, str)
SECONDS = 60.0
SECONDS_BETWEEN_CLEANUPS = 3600.0
MAX_REMEMBERED = 10_000
# Each statement changes a row at most once a minute, whichever process writes, and skips rows that are locked.
_WRITE_TOKENS = """
    UPDATE accounts_apitoken AS token SET last_used_at = seen.at, last_used_ip = seen.ip
    FROM (SELECT row.id, used.at, used.ip::inet AS ip FROM accounts_apitoken AS row
        JOIN unnest(%s::bigint[], %s::timestamptz[], %s::text[]) AS used (id, at, ip) ON used.id = row.id
        WHERE row.last_used_at IS NULL OR row.last_used_at <= used.at - interval '50 s'
        ORDER BY row.id FOR UPDATE OF row SKIP LOCKED) AS seen
    WHERE token.id = seen.id"""
_WRITE_USERS = """
    UPDATE accounts_user AS owner SET last_seen_at = seen.at
    FROM (SELECT row.id, used.at FROM accounts_user AS row
        JOIN unnest(%s::bigint[], %s::timestamptz[]) AS used (id, at) ON used.id = row.id
        WHERE row.last_seen_at IS NULL OR row.last_seen_at <= used.at - interval '50 s'
        ORDER BY row.id FOR NO KEY UPDATE OF row SKIP LOCKED) AS seen
    WHERE owner.id = seen.id"""
# Sessions that processes of older code began have no row yet. The locks keep one that is being ended from getting it.
_WRITE_SESSIONS = """
    INSERT INTO accounts_session AS stored (digest, user_id, created_at, last_seen_at, ip, agent)
    SELECT used.digest, owner.id, used.at, used.at, used.ip::inet, ''
    FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::timestamptz[], %s::text[])
        AS used (key, digest, user_id, at, ip)
    JOIN accounts_user AS owner ON owner.id = used.user_id
    JOIN django_session AS data ON data.session_key = used.key
    ORDER BY used.digest FOR KEY SHARE OF owner, data SKIP LOCKED
    ON CONFLICT (digest) DO UPDATE SET last_seen_at = excluded.last_seen_at, ip = excluded.ip
    WHERE stored.last_seen_at <= excluded.last_seen_at - interval '50 s'"""
_PROLONG_SESSIONS = """
    UPDATE django_session AS data SET expire_date = least(
        seen.last_seen_at + %s * interval '1 minute', seen.created_at + %s * interval '1 day')
    FROM (SELECT row.session_key, stored.last_seen_at, stored.created_at FROM django_session AS row
        JOIN unnest(%s::text[], %s::text[]) AS used (key, digest) ON used.key = row.session_key
        JOIN accounts_session AS stored ON stored.digest = used.digest
        FOR NO KEY UPDATE OF row SKIP LOCKED) AS seen
    WHERE data.session_key = seen.session_key"""


class Use(NamedTuple):
    """Holds the last use of an API token or a session."""

    user_id: int
    at: datetime
    address: str


class LastSeen:
    """Remembers the uses of tokens, by id, and of sessions, by key, until `write` stores them."""

    def __init__(self) -> None:
        self._tokens: dict[int, Use] = {}
        self._sessions: dict[str, Use] = {}
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def note_token(self, user: User, address: str) -> None:
        """Remembers that a request of the user came with the API token `user.token_id`, from this address."""
        if user.token_id is not None:
            _remember(self._tokens, user.token_id, Use(user.pk, timezone.now(), address))

    def note_session(self, key: str, user_id: int, address: str) -> None:
        """Remembers that a request of the user came with this session, from this address."""
        _remember(self._sessions, key, Use(user_id, timezone.now(), address))

    def write(self) -> None:
        """Stores what was remembered, in rows that nobody has changed for a minute. Logs an error of the database."""
        tokens, self._tokens = self._tokens, {}
        sessions, self._sessions = self._sessions, {}
        try:
            _write(tokens, sessions)
        except DatabaseError as exc:
            log.warning("when tokens and sessions were used last could not be stored: %s", exc)

    def start(self) -> None:
        """Starts the thread that writes once a minute."""
        self._thread = threading.Thread(target=self._run, name="last-seen", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread, which writes a last time."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(SECONDS)

    def _run(self) -> None:
        stopping, cleaned = False, 0.0
        while not stopping:
            stopping = self._stopping.wait(SECONDS)
            self.write()
            if not stopping and time.monotonic() - cleaned > SECONDS_BETWEEN_CLEANUPS:
                self._clean_up()
                cleaned = time.monotonic()
            release_connection()

    def _clean_up(self) -> None:
        try:
            delete_old_sessions()
        except DatabaseError as exc:
            log.warning("old sessions could not be deleted: %s", exc)


def _remember(uses: dict[Key, Use], key: Key, use: Use) -> None:
    if key in uses or len(uses) < MAX_REMEMBERED:
        uses[key] = use


def _write(tokens: dict[int, Use], sessions: dict[str, Use]) -> None:
    users: dict[int, datetime] = {}
    for use in [*tokens.values(), *sessions.values()]:
        users[use.user_id] = max(use.at, users.get(use.user_id, use.at))
    with connection.cursor() as cursor:
        if tokens:
            cursor.execute(_WRITE_TOKENS, [list(tokens), *_columns(list(tokens.values()))])
        if sessions:
            keys, uses = list(sessions), list(sessions.values())
            digests, owners = list(map(digest_of_session, keys)), [use.user_id for use in uses]
            cursor.execute(_WRITE_SESSIONS, [keys, digests, owners, *_columns(uses)])
            ends = [settings.SESSION_IDLE_MINUTES, settings.SESSION_MAX_DAYS]
            cursor.execute(_PROLONG_SESSIONS, [*ends, keys, digests])
        if users:
            cursor.execute(_WRITE_USERS, [list(users), list(users.values())])


def _columns(uses: Sequence[Use]) -> tuple[list[datetime], list[str | None]]:
    return [use.at for use in uses], [parse_address(use.address) for use in uses]


last_seen = LastSeen()
"""What this process remembers."""

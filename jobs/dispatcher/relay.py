"""Numbers committed job events, and sends them in batches over the channel layer to the web processes."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

from django.db import Error as DatabaseError
from django.db import connection, transaction

from foundation.database_errors import first_line, is_timeout
from jobs.live import outbox, realtime
from jobs.read import queries

log = logging.getLogger(__name__)
T = TypeVar("T")

MAX_NUMBERED = 1000
MAX_SENT = 500
REDIS_AWAY_PAUSE_SECONDS = 2.0
POLL_SECONDS = 0.1
SKIP_LOCKED_SECONDS = 60.0  # not always, as SKIP LOCKED costs a write for each event


class Relay:
    """Numbers and sends job events, in each dispatcher; a lock on the row of `jobs_relay` keeps the numbers gapless."""

    def __init__(self) -> None:
        self._loop = asyncio.Runner()
        self._away = False
        self._skip_locked_until = 0.0

    def run_once(self) -> float:
        """Numbers and sends one batch of events; returns the seconds to sleep, 0.0 if more events probably wait."""
        unnumbered, unsent = has_work()
        numbered = self._number() if unnumbered else 0
        try:
            sent = self._send() if unsent or numbered else 0
        except realtime.AWAY as exc:
            if not self._away:
                log.warning("channel layer away, events wait: %s: %s", type(exc).__name__, exc)
            self._away = True
            return REDIS_AWAY_PAUSE_SECONDS
        if self._away and sent:
            log.info("channel layer is back")
            self._away = False
        return 0.0 if numbered == MAX_NUMBERED or sent >= MAX_SENT else POLL_SECONDS

    def _number(self) -> int:
        """Numbers new events and returns how many; for a minute after a lock timeout it skips locked event rows."""
        if time.monotonic() < self._skip_locked_until:
            return number_events(skip_locked=True)
        try:
            return number_events()
        except DatabaseError as exc:
            if not is_timeout(exc):
                raise
            log.warning("events wait for a lock that another session holds: %s", first_line(exc))
            self._skip_locked_until = time.monotonic() + SKIP_LOCKED_SECONDS
            return number_events(skip_locked=True)

    def _send(self) -> int:
        relay = queries.get_relay()
        # Checked after the newest number is known: a web process that joins later reads those events over REST.
        if not self._wait_for(realtime.has_listeners()):
            mark_sent(relay.last_seq)
            return relay.last_seq - relay.sent_seq
        batch = outbox.next_batch(relay.sent_seq, limit=MAX_SENT)
        if batch is None:
            return 0
        self._wait_for(realtime.send(batch))
        mark_sent(batch.upto)
        return batch.upto - batch.after

    def _wait_for(self, awaitable: Coroutine[Any, Any, T]) -> T:
        return self._loop.run(asyncio.wait_for(awaitable, timeout=10))


def has_work() -> tuple[bool, bool]:
    """Returns whether events without a number exist, and whether numbered events exist that are not sent yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT EXISTS (SELECT FROM jobs_jobevent WHERE seq IS NULL), sent_seq < last_seq
            FROM jobs_relay WHERE id = 1"""
        )
        unnumbered, unsent = cursor.fetchone()
    return unnumbered, unsent


def number_events(*, skip_locked: bool = False) -> int:
    """Gives the next numbers (`seq`) to events without one, oldest first; returns how many events were numbered.

    Numbers are given after the events' commit and under one row lock, so a reader that asks for the events after the
    last number it has read misses none: an event that is committed late gets a later number.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT last_seq FROM jobs_relay WHERE id = 1 FOR UPDATE")
        # A statement of its own: it must see what another relay numbered while we waited for the lock.
        number = _NUMBER.format(lock="FOR NO KEY UPDATE SKIP LOCKED" if skip_locked else "")
        cursor.execute(number, {"last": cursor.fetchone()[0], "limit": MAX_NUMBERED})
        return int(cursor.fetchone()[0])


_NUMBER = """
    WITH fresh AS (
        SELECT id, row_number() OVER (ORDER BY id) AS place FROM
            (SELECT id FROM jobs_jobevent WHERE seq IS NULL ORDER BY id LIMIT %(limit)s {lock}) AS waiting
    ), numbered AS (
        UPDATE jobs_jobevent AS event SET seq = %(last)s + fresh.place
        FROM fresh WHERE event.id = fresh.id RETURNING event.seq
    ), counted AS (
        UPDATE jobs_relay SET last_seq = (SELECT max(seq) FROM numbered)
        WHERE id = 1 AND EXISTS (SELECT FROM numbered)
    )
    SELECT count(*) FROM numbered"""


def mark_sent(seq: int) -> None:
    """Records in `jobs_relay` that all events up to number `seq` were sent to the web processes."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE jobs_relay SET sent_seq = greatest(sent_seq, %s) WHERE id = 1", [seq])

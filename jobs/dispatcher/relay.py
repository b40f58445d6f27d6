"""Events to the browsers: number what was committed, then send it to the channel layer in batches."""

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

NUMBER_AT_MOST = 1000
SEND_AT_MOST = 500
REDIS_AWAY_PAUSE_SECONDS = 2.0
QUIET_PAUSE_SECONDS = 0.1
CAREFUL_SECONDS = 60.0


class Relay:
    """All dispatchers relay; the one row they lock makes the numbers rise without holes."""

    def __init__(self) -> None:
        self._loop = asyncio.Runner()
        self._away = False
        self._careful_until = 0.0

    def turn(self) -> float:
        """Number and send one batch; answers the seconds until there may be more."""
        unnumbered, unsent = work_waits()
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
        return 0.0 if numbered == NUMBER_AT_MOST or sent >= SEND_AT_MOST else QUIET_PAUSE_SECONDS

    def _number(self) -> int:
        """To step over locked rows costs a write for each event, so it is done only after one was met."""
        if time.monotonic() < self._careful_until:
            return number_events(skip_locked=True)
        try:
            return number_events()
        except DatabaseError as exc:
            if not is_timeout(exc):
                raise
            log.warning("events wait for a lock that another session holds: %s", first_line(exc))
            self._careful_until = time.monotonic() + CAREFUL_SECONDS
            return number_events(skip_locked=True)

    def _send(self) -> int:
        relay = queries.relay()
        # Asked after we know how far there are events: who joins later finds those over REST.
        if not self._wait_for(realtime.somebody_listens()):
            mark_sent(relay.last_seq)
            return relay.last_seq - relay.sent_seq
        batch = outbox.next_batch(relay.sent_seq, limit=SEND_AT_MOST)
        if batch is None:
            return 0
        self._wait_for(realtime.send(batch))
        mark_sent(batch.upto)
        return batch.upto - batch.after

    def _wait_for(self, answer: Coroutine[Any, Any, T]) -> T:
        return self._loop.run(asyncio.wait_for(answer, timeout=10))


def work_waits() -> tuple[bool, bool]:
    """(events without a number, numbered events not yet sent): one cheap look while all is quiet."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT EXISTS (SELECT FROM jobs_jobevent WHERE seq IS NULL), sent_seq < last_seq
            FROM jobs_relay WHERE id = 1"""
        )
        unnumbered, unsent = cursor.fetchone()
    return unnumbered, unsent


def number_events(*, skip_locked: bool = False) -> int:
    """Give the next numbers to events that have none, oldest first; answers how many got one.

    Numbers are given after commit and under one row lock, so a reader that follows them misses nothing:
    an event that commits late simply gets a later number.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT last_seq FROM jobs_relay WHERE id = 1 FOR UPDATE")
        # A statement of its own: it must see what another relay numbered while we waited for the lock.
        number = _NUMBER.format(lock="FOR NO KEY UPDATE SKIP LOCKED" if skip_locked else "")
        cursor.execute(number, {"last": cursor.fetchone()[0], "limit": NUMBER_AT_MOST})
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
    with connection.cursor() as cursor:
        cursor.execute("UPDATE jobs_relay SET sent_seq = greatest(sent_seq, %s) WHERE id = 1", [seq])

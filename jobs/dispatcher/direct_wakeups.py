"""Receives wake-ups past a pool by transaction, which keeps no LISTEN, over one connection to DATABASE_DIRECT_URL."""

from __future__ import annotations

import logging
import threading
from contextlib import ExitStack, closing
from typing import Any

import psycopg

from foundation.database_errors import first_line
from foundation.direct_connection import OtherDatabase, open_direct_connection, require_same_database
from jobs import wakeup
from jobs.problems import Code, PlatformProblem

log = logging.getLogger(__name__)


class DirectWakeups:
    """Listens for wake-ups; while the connection is lost, `receive` only waits, so that the dispatcher polls.

    A loop of its own calls `check`, which opens the connection: that may take seconds.
    """

    def __init__(self) -> None:
        self._raw: psycopg.Connection[Any] | None = None
        self._opened = threading.Event()
        self._has_missed_some = False
        self._said: PlatformProblem | None = None

    def receive(self, *, timeout: float, stop_after: int | None = None) -> list[psycopg.Notify]:
        """Returns the wake-ups that arrive within `timeout` seconds, at most `stop_after`; none if it cannot listen."""
        raw = self._raw
        if raw is None:
            self._opened.wait(timeout)
            return []
        try:
            return list(raw.notifies(timeout=timeout, stop_after=stop_after))
        except psycopg.Error as exc:
            self.close()
            log.warning("wake-ups: the connection to DATABASE_DIRECT_URL is lost: %s", first_line(exc))
            return []

    def take_missed(self) -> bool:
        """Returns whether wake-ups may have been missed before the connection was opened; True only once for each."""
        has_missed, self._has_missed_some = self._has_missed_some, False
        return has_missed

    def close(self) -> None:
        """Closes the connection; the next `check` opens another one."""
        self._opened.clear()
        raw, self._raw = self._raw, None
        if raw is not None:
            raw.close()

    def check(self) -> PlatformProblem | None:
        """Opens the connection if there is none; returns the problem to report, or None if wake-ups arrive.

        Raises django.db.Error if the pool is unavailable.
        """
        problem = None if self._raw else self._open()
        if problem and problem != self._said:
            log.warning("wake-ups: %s", problem.detail)
        self._said = problem
        return problem

    def _open(self) -> PlatformProblem | None:
        try:
            with ExitStack() as stack:
                raw = stack.enter_context(closing(open_direct_connection()))
                require_same_database(raw)
                raw.execute(f"LISTEN {wakeup.WAKEUP_CHANNEL}".encode())
                stack.pop_all()
        except OtherDatabase as exc:
            return _describe(str(exc))
        except psycopg.Error as exc:
            if not self._said:
                log.warning("wake-ups: DATABASE_DIRECT_URL cannot be used: %s", first_line(exc))
            return _describe("DATABASE_DIRECT_URL cannot be used; the dispatcher's log says why.")
        self._has_missed_some = True
        self._raw = raw
        self._opened.set()
        return None


def _describe(cause: str) -> PlatformProblem:
    return PlatformProblem(Code.WAKEUPS_LOST, f"Jobs start up to half a second late: {cause}")

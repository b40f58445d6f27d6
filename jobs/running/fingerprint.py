"""In the handler process: what a job left behind in it, by comparing the process before and after."""

from __future__ import annotations

import faulthandler
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from django.db import connections
from psycopg.pq import TransactionStatus

from jobs.running.aspect import Aspect
from jobs.running.aspects import ASPECTS, SLOW_ASPECTS
from jobs.running.patches import Originals


class Fingerprint:
    """The state of this process that later jobs rely on, as it was when this object was made.

    Make one when no job runs, and after a handler's module was imported: what an import does is meant to last.
    """

    def __init__(self, originals: Originals) -> None:
        self._originals = originals
        self.take()

    def take(self) -> None:
        """From now on the present state is the right one; the functions of modules stay those of the beginning."""
        self._before = [(aspect, _read(aspect)) for aspect in ASPECTS]
        self._slow_before = [(aspect, _read(aspect)) for aspect in SLOW_ASPECTS]

    def restore(self) -> list[str]:
        """Put back what can be put back for certain; return what was changed and cannot, in words."""
        left: list[str] = []
        faulthandler.cancel_dump_traceback_later()  # nobody can ask whether it was set
        for aspect, before in self._before:
            now = _read(aspect)
            if now != before and aspect.restore is not None:
                # What a handler broke may keep even this from working; the comparison will show it.
                with suppress(Exception):
                    aspect.restore(before)
                now = _read(aspect)
            if now != before:
                left.append(aspect.name)
        return left + self._originals.replaced()

    def search_thoroughly(self) -> list[str]:
        """Return what was changed where only a new process helps: a few milliseconds' work."""
        left = [aspect.name for aspect, before in self._slow_before if _read(aspect) != before]
        return left + self._originals.replaced_anywhere()


def _read(aspect: Aspect) -> Any:
    """The value, or one that equals no other where it cannot be read."""
    try:
        return aspect.read()
    except Exception:  # noqa: BLE001 - a handler may have broken what is needed to read it
        return object()


def close_connections() -> list[str]:
    """Close the handlers' database connections, whatever their state; return those with a transaction open.

    A connection also carries settings, locks and temporary tables from one job to the next, hence a new one
    for each job. The platform's own connection is in another process.
    """
    return [alias for alias in list(_open_connections()) if _close(alias)]


def _open_connections() -> Iterator[str]:
    for wrapper in connections.all(initialized_only=True):
        if wrapper.connection is not None:
            yield wrapper.alias
        else:
            # May still believe itself in a transaction of a connection that was lost.
            del connections[wrapper.alias]


def _close(alias: str) -> bool:
    """Returns whether a transaction was open. Django's wrapper goes, too: a new one has no memory."""
    raw: Any = connections[alias].connection
    in_transaction = False
    status = getattr(getattr(raw, "info", None), "transaction_status", TransactionStatus.IDLE)
    if status not in (TransactionStatus.IDLE, TransactionStatus.UNKNOWN):
        in_transaction = True
    raw.close()
    del connections[alias]
    return in_transaction

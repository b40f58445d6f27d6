"""Takes a snapshot of the handler process's state; after each job restores the state or reports what has changed."""

from __future__ import annotations

import faulthandler
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from django.db import connections
from psycopg.pq import TransactionStatus

from jobs.running import kernel_state, library_state, process_state
from jobs.running.patches import Originals
from jobs.running.process_state import StatePart

# The builtins come first: all other parts are read and restored by means of them.
_PARTS = (library_state.BUILTINS, *process_state.PARTS, *kernel_state.PARTS, *library_state.PARTS)
# These take some ten microseconds each, so they are read when there is time.
_SLOW_PARTS = (*kernel_state.SLOW_PARTS, *library_state.SLOW_PARTS)


class ProcessSnapshot:
    """Holds the state of the handler process on which later jobs rely, such as its environment, signals and logging.

    Take it while no job runs, and again after the import of a job handler's module, because changes by an import stay.
    """

    def __init__(self, originals: Originals) -> None:
        self._originals = originals
        self.take()

    def take(self) -> None:
        """Records the present state as the snapshot. Modules' functions are still compared with the process's start."""
        self._before = [(part, _read(part)) for part in _PARTS]
        self._slow_before = [(part, _read(part)) for part in _SLOW_PARTS]

    def restore(self) -> list[str]:
        """Restores all state that can be restored reliably; returns the names of the changes that remain."""
        left: list[str] = []
        faulthandler.cancel_dump_traceback_later()  # Python cannot tell whether one is set
        for part, before in self._before:
            now = _read(part)
            if now != before and part.restore is not None:
                # A handler may have broken what this needs; the comparison below shows that.
                with suppress(Exception):
                    part.restore(before)
                now = _read(part)
            if now != before:
                left.append(part.name)
        return left + self._originals.find_replaced()

    def search_thoroughly(self) -> list[str]:
        """Returns the names of changes that `restore` does not see; takes some milliseconds and restores nothing."""
        left = [part.name for part, before in self._slow_before if _read(part) != before]
        return left + self._originals.find_replaced_anywhere()


def _read(part: StatePart) -> Any:
    """Returns the present value of a part of the state; if it cannot be read, an object that equals no other."""
    try:
        return part.read()
    except Exception:  # noqa: BLE001 - a handler may have broken what is needed to read it
        return object()


def close_connections() -> list[str]:
    """Closes Django's database connections in this process; returns the aliases of those with an open transaction.

    Each job gets new connections, because a connection keeps settings, locks and temporary tables. The platform's own
    connection is in another process.
    """
    return [alias for alias in list(_open_connections()) if _close(alias)]


def _open_connections() -> Iterator[str]:
    for wrapper in connections.all(initialized_only=True):
        if wrapper.connection is not None:
            yield wrapper.alias
        else:
            # The wrapper may still assume a transaction of a connection that was lost.
            del connections[wrapper.alias]


def _close(alias: str) -> bool:
    """Closes the connection `alias` and removes Django's wrapper for it; returns whether a transaction was open."""
    raw: Any = connections[alias].connection
    in_transaction = False
    status = getattr(getattr(raw, "info", None), "transaction_status", TransactionStatus.IDLE)
    if status not in (TransactionStatus.IDLE, TransactionStatus.UNKNOWN):
        in_transaction = True
    raw.close()
    del connections[alias]
    return in_transaction

"""Keeps a process from starting on a schema that does not fit its code, and ends it when the schema no longer fits."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable

from django.db import Error as DatabaseError
from django.db import connection

from foundation import schema
from foundation.database_errors import first_line, is_temporary
from foundation.pool_guard import find_unnamed_pool

log = logging.getLogger(__name__)

CHECK_INTERVAL_SECONDS = 30.0
AWAY_PAUSE_SECONDS = 2.0
# Hundreds of statements may fail at once; they cause one check.
MIN_PAUSE_SECONDS = 1.0
_check_requested = threading.Event()


def refuse_to_start() -> None:
    """Exits with one sentence if the database's schema or pool does not fit; returns if the database is unavailable.

    Must be called in the main thread before the process forks or serves; closes the database connection that it opens.
    """
    try:
        problem = find_unnamed_pool() or schema.check()
    except DatabaseError as exc:
        if is_temporary(exc):
            return
        problem = schema.Problem(f"The database does not let its schema be read: {first_line(exc)}")
    finally:
        connection.close()
    if problem is not None:
        sys.exit(problem.sentence)


def watch(end: Callable[[], object]) -> threading.Event:
    """Starts a thread that checks every CHECK_INTERVAL_SECONDS whether the database's schema still fits the code.

    Once it does not fit, the thread logs why, sets the event that this function returns, and calls `end`.
    """
    unfit = threading.Event()
    threading.Thread(target=_watch, args=(unfit, end), name="schema-watch", daemon=True).start()
    return unfit


def check_soon() -> None:
    """Makes the thread of `watch` check the schema at once; called when a statement named a missing table or column."""
    schema.clear_cache()
    _check_requested.set()


def _watch(unfit: threading.Event, end: Callable[[], object]) -> None:
    # Waits first: the process has just checked, and a worker is about to fork.
    pause = AWAY_PAUSE_SECONDS
    while True:
        _check_requested.wait(pause)
        _check_requested.clear()
        problem, pause = None, CHECK_INTERVAL_SECONDS
        try:
            problem = schema.check()
        except DatabaseError:
            pause = AWAY_PAUSE_SECONDS
        finally:
            connection.close()
        if problem is not None:
            log.critical("ending: %s", problem.sentence)
            schema.clear_cache()
            unfit.set()
            end()
            return
        time.sleep(MIN_PAUSE_SECONDS)

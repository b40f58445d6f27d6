"""Processes refuse to start on a schema that does not carry them, and end when it is upgraded beyond them."""

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

log = logging.getLogger(__name__)

CHECK_INTERVAL_SECONDS = 30.0
AWAY_PAUSE_SECONDS = 2.0
# Statements that do not fit may come by the hundred; they are one doubt.
MIN_PAUSE_SECONDS = 1.0
_check_requested = threading.Event()


def refuse_to_start() -> None:
    """Exits with one sentence where code and schema do not fit. A database that is away is waited for by others.

    For the main thread, before it forks or serves: it leaves no connection behind.
    """
    try:
        problem = schema.check()
    except DatabaseError as exc:
        if is_temporary(exc):
            return
        problem = schema.Problem(f"The database does not let its schema be read: {first_line(exc)}")
    finally:
        connection.close()
    if problem is not None:
        sys.exit(problem.sentence)


def watch(end: Callable[[], object]) -> threading.Event:
    """From now on a thread looks twice a minute. When code and schema no longer fit, it says so, sets the event that
    is returned here, and calls `end`.
    """
    unfit = threading.Event()
    threading.Thread(target=_watch, args=(unfit, end), name="schema-watch", daemon=True).start()
    return unfit


def check_soon() -> None:
    """A statement named what the schema does not have: `watch` looks at once."""
    schema.clear_cache()
    _check_requested.set()


def _watch(unfit: threading.Event, end: Callable[[], object]) -> None:
    # Not at once: the process has just looked, and a worker is about to fork.
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

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

LOOK_EVERY_SECONDS = 30.0
AWAY_PAUSE_SECONDS = 2.0
# Statements that do not fit may come by the hundred; they are one doubt.
DOUBTS_APART_SECONDS = 1.0
_doubted = threading.Event()


def refuse_to_start() -> None:
    """Exits with one sentence where code and schema do not fit. A database that is away is waited for by others.

    For the main thread, before it forks or serves: it leaves no connection behind.
    """
    try:
        problem = schema.look()
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
    threading.Thread(target=_live, args=(unfit, end), name="schema-watch", daemon=True).start()
    return unfit


def doubt() -> None:
    """A statement named what the schema does not have: `watch` looks at once."""
    schema.forget()
    _doubted.set()


def _live(unfit: threading.Event, end: Callable[[], object]) -> None:
    # Not at once: the process has just looked, and a worker is about to fork.
    pause = AWAY_PAUSE_SECONDS
    while True:
        _doubted.wait(pause)
        _doubted.clear()
        problem, pause = None, LOOK_EVERY_SECONDS
        try:
            problem = schema.look()
        except DatabaseError:
            pause = AWAY_PAUSE_SECONDS
        finally:
            connection.close()
        if problem is not None:
            log.critical("ending: %s", problem.sentence)
            schema.forget()
            unfit.set()
            end()
            return
        time.sleep(DOUBTS_APART_SECONDS)

"""Makes the WSGI application in each process of wsgi_server.py, and ends it when the main process is gone."""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import signal
import threading
from functools import partial
from typing import Any

from foundation import schema_guard, secret_settings

log = logging.getLogger(__name__)

OBJECTS_BETWEEN_COLLECTIONS = 10_000  # Python's default: 700


def make_application() -> Any:
    """Returns the WSGI application of this process; Granian, the WSGI server, calls it once in each process."""
    exit_with_parent()
    secret_settings.hide()  # here the handlers' `validate` runs
    schema_guard.watch(partial(_end_server, os.getppid()))
    # Not above: their models need Django to be set up.
    from accounts.services.last_seen import last_seen
    from scheduler_project.health_monitor import monitor
    from scheduler_project.wsgi import application  # not above: this takes seconds

    monitor.start()
    last_seen.start()
    # What is loaded by now stays, and a request leaves few cycles: so the first is never collected, the others rarely.
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    return application


def exit_with_parent() -> None:
    """Starts a thread that ends this process when the parent that started it is gone, even if the parent was killed.

    Otherwise the port would stay in use. Works also if the parent has ended before this call.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        log.error("the main process is gone: this one ends, too")
        os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()


def _end_server(server: int) -> None:
    """Stops the main process `server`, which would only restart this one; does nothing if it is not our parent now."""
    if os.getppid() == server:
        os.kill(server, signal.SIGTERM)

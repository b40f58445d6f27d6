"""Makes the application for each process of wsgi_server.py, and ends these processes when the main one is gone."""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import signal
import threading
from functools import partial
from typing import Any

from foundation import schema_guard

log = logging.getLogger(__name__)

OBJECTS_BETWEEN_COLLECTIONS = 10_000  # Python's default: 700


def make_application() -> Any:
    """Returns the WSGI application; Granian calls it once in each process."""
    exit_with_parent()
    schema_guard.watch(partial(_end_server, os.getppid()))
    from scheduler_project.health_monitor import monitor  # not above: its models need Django to be set up
    from scheduler_project.wsgi import application  # not above: this takes seconds

    monitor.start()
    # What is loaded by now stays, and a request leaves few cycles: so the first is never collected, the others rarely.
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    return application


def exit_with_parent() -> None:
    """Starts a thread that ends this process, which multiprocessing started, when its parent is gone, even by SIGKILL.

    Otherwise the port would stay in use. The pipe from the parent is closed even if it ended before this call.
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
    """Ends the whole server, as it would only restart this process; does nothing if another process has its pid now."""
    if os.getppid() == server:
        os.kill(server, signal.SIGTERM)

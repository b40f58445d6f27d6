"""The application in each process of wsgi_server.py, and the end of these processes."""

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
    """Return the WSGI application; Granian calls it once in each process."""
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
    """End this process, which multiprocessing started, as soon as its parent is gone, even by SIGKILL.

    Otherwise the port would stay in use. The pipe from the parent shows its end, however early that was.
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
    """End the whole server, which would only restart this process; not another one that got its pid since."""
    if os.getppid() == server:
        os.kill(server, signal.SIGTERM)

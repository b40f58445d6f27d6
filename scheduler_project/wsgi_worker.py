"""What each process of wsgi_server.py serves."""

from __future__ import annotations

import gc
import os
import signal
from functools import partial
from typing import Any

from foundation import schema_guard
from scheduler_project.ending_with_parent import end_with_parent

OBJECTS_BETWEEN_COLLECTIONS = 10_000  # Python's own: 700


def make_application() -> Any:
    end_with_parent()
    schema_guard.watch(partial(_end_server, os.getppid()))
    from scheduler_project.health_monitor import monitor  # it has models, which that line loads
    from scheduler_project.wsgi import application  # only after the line above: this takes seconds

    monitor.start()
    # What is loaded by now stays, and a request leaves few cycles: it is walked by no collection, and those are rare.
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    return application


def _end_server(server: int) -> None:
    """A process of its own would only be started again. Not one that took the pid of a server that was killed."""
    if os.getppid() == server:
        os.kill(server, signal.SIGTERM)

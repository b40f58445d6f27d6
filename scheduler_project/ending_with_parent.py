"""A process of a group ends when the one that started it is gone, also by a kill -9: no port stays taken."""

from __future__ import annotations

import logging
import multiprocessing
import os
import threading

log = logging.getLogger(__name__)


def end_with_parent() -> None:
    """In a process that multiprocessing started. Its end of a pipe tells of the parent's, however early that was."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        log.error("the main process is gone: this one ends, too")
        os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()

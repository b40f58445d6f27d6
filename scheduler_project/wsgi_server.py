"""REST by WSGI: a request whose work is synchronous costs half of what it does under ASGI."""

from __future__ import annotations

import gc
import os
import socket
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from granian.constants import Interfaces
from granian.server import Server
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

from scheduler_project.connections import share_connections

MOST_PROCESSES = 4
# Many, for a request that waits (`?wait=30`) holds one; they are started when needed and end when idle.
THREADS = 64
OBJECTS_BETWEEN_COLLECTIONS = 10_000  # Python's own: 700


def serve(application: str, *, host: str, port: int, factory: bool = False) -> None:
    """Returns when it was told to end. `application` as in "package.module:name", or what makes it.

    Raises OSError where the port cannot be used.
    """
    # Granian's own failure is a page of its inner life.
    socket.create_server((host, port)).close()
    Server(
        application,
        factory=factory,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=min(os.cpu_count() or 1, MOST_PROCESSES),
        blocking_threads=THREADS,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=4,
        log_enabled=False,
    ).serve()


def make_application() -> Any:
    """Called in each of the server's processes."""
    share_connections()
    application = wrap_wsgi_with_proxy_headers(get_wsgi_application(), settings.TRUSTED_PROXIES)
    # What is loaded by now stays, and a request leaves few cycles: it is walked by no collection, and those are rare.
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    return application

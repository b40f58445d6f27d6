"""REST by WSGI: a request whose work is synchronous costs half of what it does under ASGI."""

from __future__ import annotations

import os
import socket

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server import Server

from scheduler_project.http_protocol import HEAD_SECONDS, MAX_HEAD_BYTES

MOST_PROCESSES = 4
# Many, for a request that waits (`?wait=30`) holds one; they are started when needed and end when idle.
THREADS = 64


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
        # By itself it would wait for ever for the first byte, to see which version it begins.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(
            header_read_timeout=int(HEAD_SECONDS * 1000), max_buffer_size=MAX_HEAD_BYTES
        ),
        workers=min(os.cpu_count() or 1, MOST_PROCESSES),
        blocking_threads=THREADS,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=4,
        log_enabled=False,
    ).serve()

"""Serves the REST API by WSGI, where a synchronous request costs half of what it does under ASGI."""

from __future__ import annotations

import os
import socket

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server import Server

from scheduler_project.http_protocol import HEAD_SECONDS, MAX_HEAD_BYTES

MAX_PROCESSES = 4
# Many, because a waiting request (`?wait=30`) holds one; they start when needed and end when idle.
THREADS = 64


def serve(application: str, *, host: str, port: int, factory: bool = False) -> None:
    """Serves a WSGI application until a signal ends the server. Raises OSError if the port cannot be used.

    `application` is "package.module:name" of the application or, with `factory`, of a function that returns it.
    """
    # Checked first, as Granian itself fails with a long traceback.
    socket.create_server((host, port)).close()
    Server(
        application,
        factory=factory,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        # With automatic detection it would wait without limit for the first byte of a connection.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(
            header_read_timeout=int(HEAD_SECONDS * 1000), max_buffer_size=MAX_HEAD_BYTES
        ),
        workers=min(os.cpu_count() or 1, MAX_PROCESSES),
        blocking_threads=THREADS,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=4,
        log_enabled=False,
    ).serve()

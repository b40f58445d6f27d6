"""Sockets of a handler process that carry something from one job to the next, which kept-alive connections do not."""

from __future__ import annotations

import socket
from contextlib import suppress
from functools import cache

from django.db import connection

LISTENING = "a listening socket"
DATABASE = "a connection to the platform's database"
_DEFAULT_PORT = 5432


def kind_of(descriptor: int) -> str:
    """What the socket is by which a job reaches another one; empty for all others."""
    with suppress(OSError), socket.socket(fileno=descriptor) as found:
        try:
            if found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                return LISTENING
            if _is_the_database(found):
                return DATABASE
        finally:
            found.detach()  # it is the handler's: it stays open
    return ""


def _is_the_database(found: socket.socket) -> bool:
    peer = found.getpeername()
    port, addresses = _database()
    if isinstance(peer, str):
        return peer.endswith(f".s.PGSQL.{port}")
    return isinstance(peer, tuple) and peer[1] == port and (not addresses or peer[0] in addresses)


@cache
def _database() -> tuple[int, frozenset[str]]:
    """Its port and IP addresses; none where its name cannot be resolved: then the port alone decides."""
    host, port = connection.settings_dict["HOST"], int(connection.settings_dict["PORT"] or _DEFAULT_PORT)
    if not host or host.startswith("/"):
        return port, frozenset()
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return port, frozenset()
    return port, frozenset(str(address[0]) for *_, address in found)

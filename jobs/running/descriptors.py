"""Open files of this process. Sockets are let pass up to a number: libraries keep connections alive for later use.

Not those that reach into the next job: a listening one has taken a port, one to our database may hold locks.
"""

from __future__ import annotations

import os
import socket
import stat
from collections import Counter
from contextlib import suppress
from functools import cache

from django.db import connection

_POSTGRES_PORT = 5432
MAX_KEPT_SOCKETS = 32
_FOLDER = "/proc/self/fd"
_STANDARD = (0, 1, 2)


def open_descriptors() -> frozenset[tuple[int, int, int]]:
    """The descriptors by number; those of standard input and output by the file behind them, too."""
    try:
        numbers = [int(name) for name in os.listdir(_FOLDER)]
    except FileNotFoundError:
        return frozenset()
    found, sockets = set(), set()
    for number in numbers:
        try:
            status = os.fstat(number)
        except OSError:  # that of the listing itself
            continue
        if number in _STANDARD:
            found.add((number, status.st_dev, status.st_ino))
        elif stat.S_ISSOCK(status.st_mode):
            sockets.add((number, 0, 0))
        else:
            found.add((number, 0, 0))
    return frozenset(found if len(sockets) <= MAX_KEPT_SOCKETS else found | sockets)


def listening_sockets() -> int:
    """Return how many sockets of this process accept connections."""
    return _sockets()[_LISTENING]


def database_connections() -> int:
    """Return how many sockets lead to the platform's database. Call it when Django's connections are closed."""
    return _sockets()[_TO_DATABASE]


_LISTENING, _TO_DATABASE, _OTHER = range(3)


def _sockets() -> Counter[int]:
    found: Counter[int] = Counter()
    with suppress(FileNotFoundError):
        for name in os.listdir(_FOLDER):
            # A number that is no socket's, or that of the listing itself, is an error here.
            with suppress(OSError), socket.socket(fileno=int(name)) as one:
                try:
                    found[_kind_of(one)] += 1
                finally:
                    one.detach()  # it stays open for whoever opened it
    return found


def _kind_of(one: socket.socket) -> int:
    if one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
        return _LISTENING
    peer = one.getpeername()
    port, addresses = _database()
    if isinstance(peer, str):
        return _TO_DATABASE if peer.endswith(f".s.PGSQL.{port}") else _OTHER
    is_there = isinstance(peer, tuple) and peer[1] == port and (not addresses or peer[0] in addresses)
    return _TO_DATABASE if is_there else _OTHER


@cache
def _database() -> tuple[int, frozenset[str]]:
    """Return the database server's port and IP addresses; no addresses if its host name cannot be resolved."""
    host, port = connection.settings_dict["HOST"], int(connection.settings_dict["PORT"] or _POSTGRES_PORT)
    if not host or host.startswith("/"):
        return port, frozenset()
    with suppress(OSError):
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return port, frozenset(str(address[0]) for *_, address in found)
    return port, frozenset()

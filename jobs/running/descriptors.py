"""Lists the open files and sockets of the handler process, to detect those that a job left open.

Some open sockets are accepted, because libraries keep connections for later use. Not accepted are sockets that can
affect the next job: a listening socket occupies a port, a connection to the platform's database may hold locks.
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
MAX_OPEN_SOCKETS = 32
_FOLDER = "/proc/self/fd"
_STANDARD = (0, 1, 2)


def find_open_descriptors() -> frozenset[tuple[int, int, int]]:
    """Returns the open file descriptors of this process, as a value to compare before and after a job.

    Each is (number, 0, 0); those of standard input, output and error are (number, device, inode), so that a redirection
    shows. Sockets are included only if there are more than MAX_OPEN_SOCKETS. Without /proc the set is empty.
    """
    try:
        numbers = [int(name) for name in os.listdir(_FOLDER)]
    except FileNotFoundError:
        return frozenset()
    found, sockets = set(), set()
    for number in numbers:
        try:
            status = os.fstat(number)
        except OSError:  # the descriptor of the listing is closed by now
            continue
        if number in _STANDARD:
            found.add((number, status.st_dev, status.st_ino))
        elif stat.S_ISSOCK(status.st_mode):
            sockets.add((number, 0, 0))
        else:
            found.add((number, 0, 0))
    return frozenset(found if len(sockets) <= MAX_OPEN_SOCKETS else found | sockets)


def count_listening_sockets() -> int:
    """Returns how many sockets of this process listen for connections."""
    return _count_sockets()[_LISTENING]


def count_database_connections() -> int:
    """Returns how many sockets of this process lead to the platform's database. Close Django's connections first."""
    return _count_sockets()[_TO_DATABASE]


_LISTENING, _TO_DATABASE, _OTHER = range(3)


def _count_sockets() -> Counter[int]:
    found: Counter[int] = Counter()
    with suppress(FileNotFoundError):
        for name in os.listdir(_FOLDER):
            # A descriptor that is no socket, or that of the listing, raises an OSError.
            with suppress(OSError), socket.socket(fileno=int(name)) as one:
                try:
                    found[_classify(one)] += 1
                finally:
                    one.detach()  # it stays open for whoever opened it
    return found


def _classify(one: socket.socket) -> int:
    if one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
        return _LISTENING
    peer = one.getpeername()
    port, addresses = _find_database()
    if isinstance(peer, str):
        return _TO_DATABASE if peer.endswith(f".s.PGSQL.{port}") else _OTHER
    is_there = isinstance(peer, tuple) and peer[1] == port and (not addresses or peer[0] in addresses)
    return _TO_DATABASE if is_there else _OTHER


@cache
def _find_database() -> tuple[int, frozenset[str]]:
    """Returns port and IP addresses of the platform's Postgres; no addresses if it is local or its name is unknown."""
    host, port = connection.settings_dict["HOST"], int(connection.settings_dict["PORT"] or _POSTGRES_PORT)
    if not host or host.startswith("/"):
        return port, frozenset()
    with suppress(OSError):
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return port, frozenset(str(address[0]) for *_, address in found)
    return port, frozenset()

"""Ports nobody else gets between choosing them and a server's start."""

from __future__ import annotations

import atexit
import random
import socket

# Below 32768: from there on the kernel hands ports out to outgoing connections.
LOWEST, HIGHEST = 20000, 32767


class ReservedPort:
    """Bound but not listening; `release` it right before the server starts."""

    def __init__(self) -> None:
        self._socket = _bound()
        self.number: int = self._socket.getsockname()[1]
        atexit.register(self._socket.close)

    def release(self) -> int:
        self._socket.close()
        return self.number


def free_port() -> int:
    return ReservedPort().release()


def _bound() -> socket.socket:
    while True:
        candidate = socket.socket()
        try:
            # Without SO_REUSEADDR, so that the check of another test run sees it as taken.
            candidate.bind(("127.0.0.1", random.randint(LOWEST, HIGHEST)))
        except OSError:
            candidate.close()
        else:
            return candidate

"""Reserves ports, so that no other program takes them between the choice of a port and the start of its server."""

from __future__ import annotations

import atexit
import random
import socket

# Below 32768, because the kernel gives the ports from there on to outgoing connections.
MIN_PORT, MAX_PORT = 20000, 32767


class ReservedPort:
    """A port that is bound but not listening. Call `release` right before the server starts."""

    def __init__(self) -> None:
        self._socket = _bind_free_port()
        self.number: int = self._socket.getsockname()[1]
        atexit.register(self._socket.close)

    def release(self) -> int:
        self._socket.close()
        return self.number


def find_free_port() -> int:
    """Returns a port that is free at this moment."""
    return ReservedPort().release()


def _bind_free_port() -> socket.socket:
    while True:
        candidate = socket.socket()
        try:
            # Without SO_REUSEADDR, so that another test run sees the port as taken.
            candidate.bind(("127.0.0.1", random.randint(MIN_PORT, MAX_PORT)))
        except OSError:
            candidate.close()
        else:
            return candidate

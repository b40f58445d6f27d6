"""Open files of this process. Sockets are let pass up to a number: libraries keep connections alive for later use."""

from __future__ import annotations

import os
import stat

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

"""Holds flags in a page of memory that a slot shares with its handler process, so that no messages are needed."""

from __future__ import annotations

import mmap

_STOP, _RAISED, _CHECKPOINTS, _ENDED = range(4)


class Flags:
    """Holds one byte for each flag. Each byte has one writer, so no lock is needed."""

    def __init__(self) -> None:
        self._page = mmap.mmap(-1, mmap.PAGESIZE)

    def reset(self) -> None:
        """Clears the flags for the next job. The slot calls it while the handler process waits."""
        self._page[:4] = bytes(4)

    def close(self) -> None:
        self._page.close()

    @property
    def stop(self) -> bool:
        """Returns whether this attempt should end. Written by the slot."""
        return bool(self._page[_STOP])

    def request_stop(self) -> None:
        self._page[_STOP] = 1

    @property
    def raised(self) -> bool:
        """Returns whether JobTerminated was raised into the handler: once at most. Written by the handler process."""
        return bool(self._page[_RAISED])

    def note_raised(self) -> None:
        self._page[_RAISED] = 1

    @property
    def handler_ended(self) -> bool:
        """Returns whether the handler has ended, so that its report is due. Written by the handler process."""
        return bool(self._page[_ENDED])

    def note_handler_ended(self) -> None:
        self._page[_ENDED] = 1

    @property
    def checkpoints(self) -> int:
        """Returns the number, modulo 256, of checkpoints that the handler passed. Written by the handler process."""
        return self._page[_CHECKPOINTS]

    def note_checkpoint(self) -> None:
        self._page[_CHECKPOINTS] = (self._page[_CHECKPOINTS] + 1) % 256

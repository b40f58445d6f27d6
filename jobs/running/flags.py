"""A page of memory that a slot and its handler process share: what one must tell the other without a message."""

from __future__ import annotations

import mmap

_STOP, _RAISED, _CHECKPOINTS, _OVER = range(4)


class Flags:
    """Each flag is a byte with one writer, so no lock is needed."""

    def __init__(self) -> None:
        self._page = mmap.mmap(-1, mmap.PAGESIZE)

    def reset(self) -> None:
        """For the next job; called by the slot while the handler process waits."""
        self._page[:4] = bytes(4)

    def close(self) -> None:
        self._page.close()

    @property
    def stop(self) -> bool:
        """Written by the slot: this attempt should end."""
        return bool(self._page[_STOP])

    def request_stop(self) -> None:
        self._page[_STOP] = 1

    @property
    def raised(self) -> bool:
        """Written by the handler process: the exception has been raised into the handler, which happens once."""
        return bool(self._page[_RAISED])

    def note_raised(self) -> None:
        self._page[_RAISED] = 1

    @property
    def over(self) -> bool:
        """Written by the handler process: the handler has ended; its report and a look at what it left follow."""
        return bool(self._page[_OVER])

    def note_over(self) -> None:
        self._page[_OVER] = 1

    @property
    def checkpoints(self) -> int:
        """Written by the handler process: changes with each checkpoint."""
        return self._page[_CHECKPOINTS]

    def note_checkpoint(self) -> None:
        self._page[_CHECKPOINTS] = (self._page[_CHECKPOINTS] + 1) % 256

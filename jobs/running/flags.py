"""Shares flags about the running attempt between a worker slot and its handler process, in a page of shared memory."""

from __future__ import annotations

import mmap

_STOP, _RAISED, _CHECKPOINTS, _ENDED = range(4)


class Flags:
    """Holds one byte for each flag. While a job runs, only one process writes each byte, so no lock is needed."""

    def __init__(self) -> None:
        self._page = mmap.mmap(-1, mmap.PAGESIZE)

    def reset(self) -> None:
        """Clears all flags for the next job. The worker slot calls this while no job handler runs."""
        self._page[:4] = bytes(4)

    def close(self) -> None:
        self._page.close()

    @property
    def stop(self) -> bool:
        """Returns whether the running attempt should stop. Set by the worker slot."""
        return bool(self._page[_STOP])

    def request_stop(self) -> None:
        self._page[_STOP] = 1

    @property
    def raised(self) -> bool:
        """Returns whether JobTerminated was raised in the job handler already. Set by the handler process."""
        return bool(self._page[_RAISED])

    def note_raised(self) -> None:
        self._page[_RAISED] = 1

    @property
    def handler_ended(self) -> bool:
        """Returns whether the job handler has ended, so that its report should follow. Set by the handler process."""
        return bool(self._page[_ENDED])

    def note_handler_ended(self) -> None:
        self._page[_ENDED] = 1

    @property
    def checkpoints(self) -> int:
        """Returns how many checkpoints the job handler has passed, modulo 256. Counted by the handler process."""
        return self._page[_CHECKPOINTS]

    def note_checkpoint(self) -> None:
        self._page[_CHECKPOINTS] = (self._page[_CHECKPOINTS] + 1) % 256

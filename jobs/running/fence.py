"""Ends this process before a lease of its runs out, so that no two attempts of a job run at once."""

from __future__ import annotations

import faulthandler
import os
import time

from django.conf import settings

from jobs.running.kernel import KillTimer

# The attempt must be dead before its lease runs out and another may start.
SHARE_OF_LEASE = 0.8


class Fence:
    """A deadline for the process that holds leases. Its handler process ends with it.

    The timer is the kernel's: no handler can reach it, for handlers run in another process, and it fires also
    while this process is stopped. Where the system has none, a thread in C stands in for it.
    """

    def __init__(self) -> None:
        self._timer: KillTimer | None = None
        self._owner = 0
        self.held = False

    def hold(self, since: float) -> None:
        """Die at 80 % of a lease after `since`: the monotonic time before a claim or renewal was sent."""
        left = settings.LEASE_SECONDS * SHARE_OF_LEASE - (time.monotonic() - since)
        timer = self._own_timer()
        if timer is not None:
            timer.set(left)
        else:
            faulthandler.dump_traceback_later(max(left, 0.001), exit=True, file=2)
        self.held = True

    def release(self) -> None:
        """Nothing that this process holds is left to be fenced."""
        if self._timer is not None:
            self._timer.clear()
        else:
            faulthandler.cancel_dump_traceback_later()
        self.held = False

    def _own_timer(self) -> KillTimer | None:
        if self._owner != os.getpid():  # timers do not survive a fork
            self._owner = os.getpid()
            try:
                self._timer = KillTimer()
            except (OSError, AttributeError):
                self._timer = None
        return self._timer


fence = Fence()

"""Kills the worker slot before the lease of its attempt expires, so that no two attempts of a job run at once."""

from __future__ import annotations

import faulthandler
import os
import time

from django.conf import settings

from jobs.running.kernel import KillTimer

# The attempt must be dead before its lease runs out and another may start.
SHARE_OF_LEASE = 0.8


class Fence:
    """Sets a kernel timer, as a watchdog, that kills the worker slot; its handler process then dies with it.

    Job handlers run in another process and cannot change the timer, which fires even if the slot's process is stopped.
    Where the system has no such timer, a C thread of `faulthandler` kills the slot instead.
    """

    def __init__(self) -> None:
        self._timer: KillTimer | None = None
        self._owner = 0
        self.is_armed = False

    def arm(self, since: float) -> None:
        """Sets the timer to kill this process when 80 % of the lease time (LEASE_SECONDS) have passed after `since`.

        `since` is the monotonic time just before the claim of the job, or the renewal of its lease, was sent.
        """
        left = settings.LEASE_SECONDS * SHARE_OF_LEASE - (time.monotonic() - since)
        timer = self._get_own_timer()
        if timer is not None:
            timer.set(left)
        else:
            faulthandler.dump_traceback_later(max(left, 0.001), exit=True, file=2)
        self.is_armed = True

    def disarm(self) -> None:
        """Stops the timer. Call it when this process holds no lease any more."""
        if self._timer is not None:
            self._timer.clear()
        else:
            faulthandler.cancel_dump_traceback_later()
        self.is_armed = False

    def _get_own_timer(self) -> KillTimer | None:
        """Returns this process's kernel timer, created on first use; None if the system has no such timer."""
        if self._owner != os.getpid():  # timers do not survive a fork
            self._owner = os.getpid()
            try:
                self._timer = KillTimer()
            except (OSError, AttributeError):
                self._timer = None
        return self._timer


fence = Fence()

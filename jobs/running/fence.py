"""A timer in C that ends this process before a lease of its runs out: it needs no Python to run."""

from __future__ import annotations

import faulthandler
import threading
import time

from django.conf import settings

# The attempt must be dead before its lease runs out and another may start.
SHARE_OF_LEASE = 0.8
# Setting the timer makes a thread: one set this recently does for the next short job too. It comes early then.
STILL_FRESH_SHARE = 1 / 15


class Fence:
    """Counts from a moment before the claim or renewal that it stands for was sent, so it is never too late."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._since: float | None = None
        self.held = False

    def hold(self, since: float) -> None:
        """Call before a claim is sent, with the time of then."""
        with self._lock:
            self.held = True
            if self._since is None or since - self._since > settings.LEASE_SECONDS * STILL_FRESH_SHARE:
                self._set(since)

    def renew(self, since: float) -> None:
        """Call after a renewal, with the time from before it was sent."""
        with self._lock:
            self._set(since)

    def let_go(self) -> None:
        """Call when the attempt's end is stored: nothing is left to be fenced. The timer goes by `take_down`."""
        self.held = False

    def take_down(self) -> None:
        with self._lock:
            if not self.held and self._since is not None:
                faulthandler.cancel_dump_traceback_later()
                self._since = None

    def _set(self, since: float) -> None:
        left = settings.LEASE_SECONDS * SHARE_OF_LEASE - (time.monotonic() - since)
        faulthandler.dump_traceback_later(max(left, 0.1), exit=True, file=2)
        self._since = since


fence = Fence()

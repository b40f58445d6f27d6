"""Tells the websockets of a web process, within seconds, that anybody's rights have changed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from channels.db import database_sync_to_async
from django.db import Error as DatabaseError

from accounts.services.rights import count_changes

# An open websocket whose rights are lost closes within 5 s.
POLL_SECONDS = 2.0
MAX_READ_SECONDS = 5.0

log = logging.getLogger(__name__)
Check = Callable[[], Awaitable[None]]


class RightsWatch:
    """Calls the checks of all open websockets after each change of rights; reads once for all of them.

    `checked`: the number of changes after which each of them was checked or is due again; None before the first
    reading.
    """

    def __init__(self) -> None:
        self.checked: int | None = None
        self._read: int | None = None
        self._checks: set[Check] = set()
        # Those to call in the next round. Also of new websockets: a change may lie between their look-up of the user
        # and `add`.
        self._due: set[Check] = set()
        self._task: asyncio.Task[None] | None = None

    def add(self, check: Check) -> None:
        """Adds the check of a websocket: it looks up the user again, and closes the websocket if no right is left."""
        self._checks.add(check)
        self._due.add(check)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    def remove(self, check: Check) -> None:
        """Removes a check; when none remains, nothing is read any more."""
        self._checks.discard(check)
        self._due.discard(check)
        if not self._checks and self._task is not None:
            task, self._task = self._task, None
            # A check that closes its websocket removes itself: to cancel it now would cancel the closing.
            if task is not asyncio.current_task():
                task.cancel()

    async def _run(self) -> None:
        while self._task is asyncio.current_task():
            if await _is_done(self._read_changes):
                for check in list(self._due):
                    # Its websocket may have closed while others were checked.
                    if check in self._due and await _is_done(check):
                        self._due.discard(check)
                self.checked = self._read
            await asyncio.sleep(POLL_SECONDS)

    async def _read_changes(self) -> None:
        async with asyncio.timeout(MAX_READ_SECONDS):
            self._read = await database_sync_to_async(count_changes)()
        if self._read != self.checked:
            self._due |= self._checks


async def _is_done(action: Check) -> bool:
    """Calls the action and returns whether it did not fail; what fails is called again in the next round.

    An error of one must not end the watch for all.
    """
    try:
        await action()
    except (DatabaseError, TimeoutError):
        return False  # the database is away
    except Exception:
        log.exception("rights of an open websocket could not be checked; that is tried again")
        return False
    return True


rights_watch = RightsWatch()

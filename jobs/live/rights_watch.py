"""Tells the websockets of a web process, within seconds, that anybody's rights have changed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from channels.db import database_sync_to_async
from django.db import Error as DatabaseError

from accounts.services.rights import count_changes

# An open websocket whose rights are lost closes within 5 s.
POLL_SECONDS = 2.0
MAX_READ_SECONDS = 5.0

Check = Callable[[], Awaitable[None]]


class RightsWatch:
    """Calls the checks of all open websockets after each change of rights; reads once for all of them.

    `checked`: the number of changes after which all of them were checked; None before the first reading.
    """

    def __init__(self) -> None:
        self.checked: int | None = None
        self._checks: set[Check] = set()
        # Of websockets opened since the last reading: a change may lie between their look-up of the user and `add`.
        self._unchecked: set[Check] = set()
        self._task: asyncio.Task[None] | None = None

    def add(self, check: Check) -> None:
        """Adds the check of a websocket: it looks up the user again, and closes the websocket if no right is left."""
        self._checks.add(check)
        self._unchecked.add(check)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    def remove(self, check: Check) -> None:
        """Removes a check; when none remains, nothing is read any more."""
        self._checks.discard(check)
        self._unchecked.discard(check)
        if not self._checks and self._task is not None:
            task, self._task = self._task, None
            # A check that closes its websocket removes itself: to cancel it now would cancel the closing.
            if task is not asyncio.current_task():
                task.cancel()

    async def _run(self) -> None:
        while self._task is asyncio.current_task():
            with contextlib.suppress(DatabaseError, TimeoutError):
                await self._check_if_changed()
            await asyncio.sleep(POLL_SECONDS)

    async def _check_if_changed(self) -> None:
        async with asyncio.timeout(MAX_READ_SECONDS):
            number: int = await database_sync_to_async(count_changes)()
        due = set(self._unchecked if number == self.checked else self._checks)
        for check in due:
            await check()
        # Only now: after a database error all of them are due again.
        self._unchecked -= due
        self.checked = number


rights_watch = RightsWatch()

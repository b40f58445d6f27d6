"""The watch over rights of open websockets: one whose check fails does not keep the others from theirs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from django.db import OperationalError

from jobs.live import rights_watch
from jobs.live.rights_watch import RightsWatch

PATIENCE_SECONDS = 10


class Changes:
    """Stands for the database: how often rights changed."""

    number = 0

    def __call__(self) -> int:
        return self.number


class Socket:
    """Stands for a websocket: counts its checks, of which the first ones fail."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.checks = 0
        self.checked = asyncio.Event()

    async def check(self) -> None:
        self.checks += 1
        if self.failures:
            raise self.failures.pop(0)
        self.checked.set()

    async def until_checked(self) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.checked.wait()
        self.checked.clear()


@pytest.fixture
def changes(monkeypatch: pytest.MonkeyPatch) -> Changes:
    found = Changes()

    async def ask() -> int:
        return found()

    monkeypatch.setattr(rights_watch, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(rights_watch, "database_sync_to_async", lambda _read: ask)
    return found


@pytest.fixture
async def watch(changes: Changes) -> AsyncIterator[RightsWatch]:
    watch = RightsWatch()
    yield watch
    for check in list(watch._checks):
        watch.remove(check)


@pytest.mark.parametrize("error", [RuntimeError("broken"), OperationalError("away"), TimeoutError()])
async def test_the_others_are_checked_and_that_one_is_tried_again(
    watch: RightsWatch, changes: Changes, error: Exception
) -> None:
    sockets = [Socket(), Socket(), Socket()]
    for socket in sockets:
        watch.add(socket.check)
    for socket in sockets:
        await socket.until_checked()
    for broken in sockets:
        broken.failures = [error, error]
        before = [socket.checks for socket in sockets]
        changes.number += 1
        for socket in sockets:
            await socket.until_checked()
        after = [socket.checks for socket in sockets]
        assert [new - old for new, old in zip(after, before, strict=True)] == [
            3 if socket is broken else 1 for socket in sockets
        ]


async def test_an_unexpected_error_is_in_the_log(
    watch: RightsWatch, caplog: pytest.LogCaptureFixture
) -> None:
    socket = Socket(RuntimeError("broken"))
    watch.add(socket.check)
    await socket.until_checked()
    (record,) = [one for one in caplog.records if one.name == rights_watch.__name__]
    assert (record.levelname, record.exc_info is not None) == ("ERROR", True)


async def test_a_reading_that_fails_unexpectedly_is_tried_again(
    watch: RightsWatch, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    answers: Iterator[Exception | int] = iter([RuntimeError("broken"), 7])

    async def ask() -> int:
        answer = next(answers, 7)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(rights_watch, "database_sync_to_async", lambda _read: ask)
    socket = Socket()
    watch.add(socket.check)
    await socket.until_checked()
    assert [one.levelname for one in caplog.records if one.name == rights_watch.__name__] == ["ERROR"]

"""/ws/jobs/ for clients that do not keep up, and frames that come too early."""

from __future__ import annotations

import asyncio

import pytest

from jobs.live import consumers
from tests.ws.stream import Listen, Stream, hand_out, made_up

pytestmark = pytest.mark.django_db(transaction=True)


async def test_one_that_falls_far_behind_is_closed_to_refetch(
    listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "MAX_WAITING_FRAMES", 10)
    slow, picky = await listen(), await listen("job_type=no_such_job")
    hand_out([made_up(seq) for seq in range(1, 12)])
    assert await slow.close_code() == 1013
    assert await picky.is_silent()
    hand_out([made_up(99, job_type="no_such_job")])
    assert len(await picky.events(1)) == 1


async def test_one_that_takes_no_bytes_is_closed(listen: Listen, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = await listen()

    async def stuck(*_: object, **__: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(consumers, "SEND_TIMEOUT_SECONDS", 0.05)
    monkeypatch.setattr(consumers.JobStream, "send", stuck)
    hand_out([made_up(1)])
    assert await stream.close_code() == 1013


async def test_frames_that_come_before_the_first_sync_are_not_lost(
    token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_sync = consumers.JobStream._send_sync

    async def late(self: consumers.JobStream, seq: int | None, *, first: bool = False) -> None:
        hand_out([made_up(1)])
        await send_sync(self, seq, first=first)

    monkeypatch.setattr(consumers.JobStream, "_send_sync", late)
    stream = Stream(authorization=f"Token {token}")
    assert await stream.open()
    assert [(await stream.receive())["notification_type"] for _ in range(2)] == ["sync", "job_progress"]
    await stream.close()

"""/ws/jobs/?batch=250: arrays of frames, one in that time."""

from __future__ import annotations

import asyncio
import json
from itertools import pairwise

import pytest

from foundation.shared_text import SharedText
from jobs.live import consumers
from tests.ws.stream import Listen, Stream, hand_out, made_up

pytestmark = pytest.mark.django_db(transaction=True)


async def test_every_frame_is_an_array_and_the_first_holds_the_sync(token: str) -> None:
    stream = Stream("batch=50", authorization=f"Token {token}")
    assert await stream.open()
    first = await stream.receive()
    assert [frame["notification_type"] for frame in first][:1] == ["sync"]
    hand_out([made_up(1), made_up(2)])
    second = await stream.receive()
    assert [frame["seq"] for frame in second] == [1, 2]
    await stream.close()


async def test_there_is_at_most_one_in_that_time_sync_and_ping_included(
    listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "SYNC_SECONDS", 0.02)
    monkeypatch.setattr(consumers, "PING_SECONDS", 0.02)
    stream = await listen("batch=250")
    loop = asyncio.get_running_loop()
    times, batches = [], []
    for seq in range(1, 4):
        hand_out([made_up(seq)])
        batches.append(await stream.receive())
        times.append(loop.time())
    assert all(later - earlier > 0.2 for earlier, later in pairwise(times))
    assert all(len(batch) > 2 for batch in batches)


async def test_sockets_with_the_same_filter_send_one_and_the_same_text(listen: Listen) -> None:
    streams = [await listen(query) for query in ("batch=50", "batch=50", "batch=50&job_type=no_such_job")]
    hand_out([made_up(1), made_up(2), made_up(3, job_type="no_such_job")])
    one, two, other = [await stream.receive_text() for stream in streams]
    assert one is two
    assert isinstance(one, SharedText)
    assert [frame["seq"] for frame in json.loads(other)] == [3]


async def test_nothing_new_sends_nothing(listen: Listen) -> None:
    stream = await listen("batch=20")
    assert await stream.is_silent()

"""/ws/jobs/: what a client is told, in which order."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest
from channels.db import database_sync_to_async
from channels.layers import get_channel_layer

from foundation.shared_text import SharedText
from jobs import transitions
from jobs.live import consumers, realtime
from jobs.live import hub as hub_module
from jobs.live.frames import sync_frame
from jobs.models import FeedBatch
from jobs.services.control import terminate_job
from jobs.states import Reason, State
from jobs.transitions import Attempt, AttemptOutcome
from tests.factories import (
    ANN,
    LISTED_KEYS,
    OTP,
    PASSWORD,
    begin,
    document,
    enqueue,
    finish,
    running,
    scheduled,
    store,
    succeeded,
    template,
)
from tests.ws.stream import Listen, Stream, hand_out, made_up, relay_turn

pytestmark = pytest.mark.django_db(transaction=True)
do = database_sync_to_async


def write_log(attempt: Attempt) -> None:
    line = {"time": "2026-01-31T12:00:00Z", "level": "info", "attempt": 1, "text": "hello"}
    transitions.append_log(job_id=attempt.job_id, lease=attempt.lease, lines=[line])


async def test_the_first_frame_is_a_sync_with_the_newest_number_and_the_servers_time(token: str) -> None:
    await do(succeeded)()
    await relay_turn()
    stream = Stream(authorization=f"Token {token}")
    assert await stream.open()
    sync = await stream.receive()
    assert set(sync) == {"notification_type", "seq", "data"}
    assert (sync["notification_type"], sync["seq"]) == ("sync", 4)
    assert sync["data"]["live"] is True
    assert sync["data"]["server_time"].endswith("Z")
    assert abs((datetime.fromisoformat(sync["data"]["server_time"]) - datetime.now(UTC)).total_seconds()) < 10
    await stream.close()


async def test_sockets_share_the_text_of_a_frame(listen: Listen) -> None:
    streams = [await listen(), await listen(), await listen("job_type=otp_send_job")]
    await do(scheduled)()
    await relay_turn()
    first, *others = [await stream.receive_text() for stream in streams]
    assert isinstance(first, SharedText)
    assert all(other is first for other in others)


async def test_a_job_brings_one_frame_for_each_step_with_the_job_as_it_was(listen: Listen) -> None:
    stream = await listen()
    job_id = await do(scheduled)()
    await relay_turn()
    attempt = await do(lambda: begin(enqueue(job_id)))()
    await relay_turn()
    await do(finish)(attempt)
    await relay_turn()
    frames = await stream.events(3)
    assert [(frame["notification_type"], frame["data"]["state"]) for frame in frames] == [
        ("job_created", "scheduled"),
        ("job_started", "running"),
        ("job_terminated", "succeeded"),
    ]
    assert all(set(frame["data"]) == LISTED_KEYS for frame in frames)
    assert {frame["data"]["job_id"] for frame in frames} == {str(job_id)}
    numbers = [frame["seq"] for frame in frames]
    assert numbers == sorted(set(numbers))
    assert await stream.is_silent()


@pytest.mark.parametrize("end", ["before it began", "lost", "handler gone"])
async def test_however_a_job_ends_it_brings_one_created_and_one_terminated(listen: Listen, end: str) -> None:
    stream = await listen()

    def live_and_die() -> None:
        template(maxLost=0)
        if end == "before it began":
            terminate_job(job_id=scheduled(), actor=ANN)
        elif end == "lost":
            attempt = running()
            transitions.lose_own_attempt(
                attempt=attempt, how="was killed by SIGSEGV", by_request=False, worker="worker-1@test"
            )
        else:
            job_id = enqueue(scheduled())
            transitions.fail_waiting(job_id=job_id, message="x", actor="dispatcher", due_for=0)

    await do(live_and_die)()
    await relay_turn()
    expected = 3 if end == "lost" else 2
    kinds = [frame["notification_type"] for frame in await stream.events(expected)]
    assert (kinds[0], kinds[-1]) == ("job_created", "job_terminated")
    assert kinds.count("job_created") == kinds.count("job_terminated") == 1
    assert await stream.is_silent()


async def test_a_retry_sends_started_again(listen: Listen) -> None:
    stream = await listen()

    def twice() -> None:
        template(maxAttempts=2)
        first = running()
        finish(first, AttemptOutcome(State.FAILED, reason=Reason.ERROR, retry_in=0))
        finish(begin(enqueue(first.job_id)))

    await do(twice)()
    await relay_turn()
    frames = await stream.events(5)
    assert [(frame["notification_type"], frame["data"]["attempt"]) for frame in frames] == [
        ("job_created", 0),
        ("job_started", 1),
        ("job_progress", 1),
        ("job_started", 2),
        ("job_terminated", 2),
    ]


async def test_a_request_to_stop_is_seen_while_the_job_still_runs(listen: Listen) -> None:
    stream = await listen()
    attempt = await do(running)()
    await do(terminate_job)(job_id=attempt.job_id, actor=ANN)
    await relay_turn()
    frame = (await stream.events(3))[-1]
    assert (frame["notification_type"], frame["data"]["state"]) == ("job_progress", "running")
    assert frame["data"]["terminate_requested_at"].endswith("Z")


async def test_a_stream_is_narrowed_by_types(listen: Listen) -> None:
    both, one = await listen(f"job_type={OTP}&job_type={PASSWORD}"), await listen(f"job_type={PASSWORD}")
    other = await listen("job_type=no_such_job")

    def create() -> None:
        store(document(OTP), document(PASSWORD))
        scheduled(OTP), scheduled(PASSWORD)

    await do(create)()
    await relay_turn()
    assert [frame["data"]["job_type"] for frame in await both.events(2)] == [OTP, PASSWORD]
    assert [frame["data"]["job_type"] for frame in await one.events(1)] == [PASSWORD]
    assert await one.is_silent()
    assert await other.is_silent()


async def test_a_stream_is_narrowed_to_a_job_and_then_brings_its_log(listen: Listen) -> None:
    attempt = await do(running)()
    whole = await listen()
    mine = await listen(f"job_id={str(attempt.job_id).upper()}")
    theirs = await listen(f"job_id={uuid.uuid4()}")
    await relay_turn()
    await whole.events(2)
    await mine.events(2)
    await do(write_log)(attempt)
    await relay_turn()
    (log,) = await mine.events(1)
    assert log["notification_type"] == "job_log"
    assert [(line["n"], line["text"]) for line in log["data"]["lines"]] == [(1, "hello")]
    assert log["data"]["job_id"] == str(attempt.job_id)
    assert await whole.is_silent()
    assert await theirs.is_silent()


async def test_a_repeat_of_the_relay_is_not_seen(listen: Listen) -> None:
    stream = await listen()
    hand_out([made_up(5), made_up(6)])
    hand_out([made_up(5), made_up(6), made_up(7)])
    hand_out([made_up(7)])
    assert [frame["seq"] for frame in await stream.events(3)] == [5, 6, 7]
    assert await stream.is_silent()


async def test_a_sync_goes_to_every_socket_whatever_it_asked_for(listen: Listen) -> None:
    streams = [await listen(), await listen("job_type=no_such_job"), await listen(f"job_id={uuid.uuid4()}")]
    hand_out([sync_frame(50, live=True)])
    for stream in streams:
        frame = await stream.receive()
        assert (frame["notification_type"], frame["seq"], frame["data"]["live"]) == ("sync", 50, True)


async def test_no_frame_is_numbered_below_a_sync_that_came_before_it(
    listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is numbered in Postgres may still be on its way: a reader would take it for a repeat."""
    monkeypatch.setattr(consumers, "SYNC_SECONDS", 0.05)
    stream = await listen()
    await do(FeedBatch.objects.create)(last_seq=50, event_ids=[], job_ids=[])
    seen = [(await stream.receive())["seq"] for _ in range(2)]
    hand_out([made_up(6), made_up(7)])
    while not seen or seen[-1] < 7:
        seen.append((await stream.receive())["seq"])
    seen.append((await stream.receive())["seq"])
    assert seen == sorted(seen)
    assert seen[-3:] == [6, 7, 7]


async def test_a_channel_layer_that_was_emptied_costs_no_frame(
    listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "REJOIN_SECONDS", 0.2)
    stream = await listen()
    layer = get_channel_layer()
    await layer.connection(0).delete(layer._group_key(realtime.GROUP))
    job_id = await do(succeeded)()
    await relay_turn()
    frames = await stream.events(3)
    assert [frame["notification_type"] for frame in frames] == [
        "job_created",
        "job_started",
        "job_terminated",
    ]
    assert {frame["data"]["job_id"] for frame in frames} == {str(job_id)}
    assert await stream.is_silent()


async def test_every_socket_of_the_process_gets_every_frame(listen: Listen) -> None:
    streams = [await listen() for _ in range(3)]
    await do(scheduled)()
    await relay_turn()
    texts = [await stream.events(1) for stream in streams]
    assert texts[0] == texts[1] == texts[2]


async def test_what_a_client_sends_is_ignored(listen: Listen) -> None:
    stream = await listen()
    for text in ("{", "[]", "\0", "x" * 1000):
        await stream.send(text)
    hand_out([made_up(1)])
    assert len(await stream.events(1)) == 1


async def test_sync_and_ping_come_regularly(listen: Listen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "SYNC_SECONDS", 0.05)
    monkeypatch.setattr(consumers, "PING_SECONDS", 0.05)
    stream = await listen()
    frames = [await stream.receive() for _ in range(6)]
    assert {frame["notification_type"] for frame in frames} == {"sync", "ping"}
    assert all(frame["data"]["server_time"].endswith("Z") for frame in frames)


def test_the_intervals_are_those_of_the_contract() -> None:
    assert (consumers.SYNC_SECONDS, consumers.PING_SECONDS) == (20, 15)

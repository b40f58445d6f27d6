"""The relay: events are numbered after commit, in order, and handed to the channel layer at least once."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from redis.exceptions import ConnectionError as RedisAway

from jobs.dispatcher import numbering as numbering_module
from jobs.dispatcher.relay import Relay
from jobs.live import realtime
from jobs.live.frames import Batch, Frame
from jobs.models import JobEvent
from jobs.read import records
from jobs.services.control import terminate_job
from tests.factories import (
    ANN,
    OTP,
    feed,
    finish,
    number_events,
    running,
    scheduled,
    succeeded,
)


class Layer:
    """Stands for the channel layer: keeps what is sent, or is away."""

    def __init__(self) -> None:
        self.sent: list[Frame] = []
        self.spans: list[tuple[int, int]] = []
        self.away = False
        self.listened_to = True

    async def has_listeners(self) -> bool:
        if self.away:
            raise RedisAway("connection refused")
        return self.listened_to

    async def send(self, batch: Batch) -> None:
        if self.away:
            raise RedisAway("connection refused")
        self.sent += batch.frames
        self.spans.append((batch.after, batch.upto))


@pytest.fixture
def layer(monkeypatch: pytest.MonkeyPatch) -> Layer:
    layer = Layer()
    monkeypatch.setattr(realtime, "send", layer.send)
    monkeypatch.setattr(realtime, "has_listeners", layer.has_listeners)
    return layer


@contextmanager
def a_relay() -> Iterator[Relay]:
    relay = Relay()
    try:
        yield relay
    finally:
        relay._loop.close()


def all_events() -> list[int]:
    return list(JobEvent.objects.order_by("id").values_list("id", flat=True))


@pytest.mark.django_db
class TestAlone:
    def test_events_get_numbers_in_their_order_and_without_holes(self) -> None:
        succeeded()
        scheduled()
        assert number_events() == 5
        assert feed() == all_events()
        assert records.newest_seq() == 5

    def test_numbers_go_on_where_they_ended_and_never_change(self) -> None:
        job_id = scheduled()
        number_events()
        terminate_job(job_id=job_id, actor=ANN)
        assert number_events() == 1
        assert feed() == all_events()
        assert number_events() == 0

    def test_it_numbers_so_many_at_a_time_and_says_that_there_is_more(
        self, monkeypatch: pytest.MonkeyPatch, layer: Layer
    ) -> None:
        monkeypatch.setattr(numbering_module, "MAX_NUMBERED", 2)
        for _ in range(3):
            scheduled()
        with a_relay() as relay:
            assert relay.run_once() == 0.0
            assert relay.run_once() == 0.0
            assert relay.run_once() > 0
        assert feed() == all_events()

    def test_a_run_sends_each_event_once_in_order(self, layer: Layer) -> None:
        job_id = succeeded()
        with a_relay() as relay:
            relay.run_once()
            relay.run_once()
        kinds = [(frame.seq, frame.kind) for frame in layer.sent]
        # That it was queued is no news any more.
        assert kinds == [(1, "job_created"), (3, "job_started"), (4, "job_terminated")]
        assert {(frame.job_id, frame.job_type) for frame in layer.sent} == {(str(job_id), OTP)}

    def test_batches_follow_each_other_without_a_gap_also_those_without_frames(self, layer: Layer) -> None:
        job_id = scheduled()
        with a_relay() as relay:
            relay.run_once()
            JobEvent.objects.create(job_id=job_id, kind="job_queued", version=1, attempt=0)
            relay.run_once()
            succeeded()
            relay.run_once()
        assert layer.spans == [(0, 1), (1, 2), (2, records.newest_seq())]

    def test_while_redis_is_away_events_are_numbered_and_a_later_try_sends_new_ones(
        self, layer: Layer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Web processes read those that were lost from Postgres: tests/ws/test_hub.py."""
        layer.away = True
        with a_relay() as relay:
            scheduled()
            relay.run_once()
            scheduled()
            relay.run_once()
            assert records.newest_seq() == 2
            layer.away = False
            monkeypatch.setattr(relay, "_away_until", 0.001)  # the pause is over
            later = scheduled()
            relay.run_once()
        assert [(frame.seq, frame.job_id) for frame in layer.sent] == [(3, str(later))]

    def test_while_nobody_listens_events_are_numbered_and_pass_by(self, layer: Layer) -> None:
        layer.listened_to = False
        scheduled()
        with a_relay() as relay:
            relay.run_once()
            assert records.newest_seq() == 1
            layer.listened_to = True
            later = scheduled()
            relay.run_once()
        assert [(frame.seq, frame.job_id) for frame in layer.sent] == [(2, str(later))]

    def test_who_joined_is_listened_for_and_who_fell_silent_is_not(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        group = uuid.uuid4().hex
        monkeypatch.setattr(realtime, "GROUP", group)
        with a_relay() as relay:
            assert not relay._wait_for(realtime.has_listeners())
            relay._wait_for(realtime.join("specific.channel"))
            assert relay._wait_for(realtime.has_listeners())
            monkeypatch.setattr(realtime, "MEMBERSHIP_SECONDS", -1)
            assert not relay._wait_for(realtime.has_listeners())

    def test_another_relay_sends_nothing_that_was_sent(self, layer: Layer) -> None:
        scheduled()
        with a_relay() as first, a_relay() as second:
            first.run_once()
            second.run_once()
        assert len(layer.sent) == 1

    def test_a_frame_shows_the_job_as_it_was_at_its_event(self, layer: Layer) -> None:
        attempt = running()
        finish(attempt)
        with a_relay() as relay:
            relay.run_once()
        started = next(frame for frame in layer.sent if frame.kind == "job_started")
        assert '"state":"running"' in started.text.replace(" ", "")

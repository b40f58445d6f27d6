"""The relay: events are numbered after commit, in order, and handed to the channel layer at least once."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import connection, connections, transaction
from redis.exceptions import ConnectionError as RedisAway

from jobs.dispatcher import relay as relay_module
from jobs.dispatcher.relay import Relay, mark_sent, number_events
from jobs.live import realtime
from jobs.live.frames import Batch, Frame
from jobs.models import JobEvent
from jobs.read import queries
from jobs.services.control import terminate_job
from jobs.services.preparing import Submission
from jobs.services.submit import submit_jobs
from tests.factories import ANN, OTP, enqueue, finish, running, scheduled, succeeded, template
from tests.jobs_fixtures import together
from tests.support.waiting import wait_for


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


def numbered() -> list[int]:
    return [event.seq or 0 for event in JobEvent.objects.order_by("id")]


@pytest.mark.django_db
class TestAlone:
    def test_events_get_numbers_in_their_order_and_without_holes(self) -> None:
        succeeded()
        scheduled()
        assert number_events() == 5
        assert numbered() == [1, 2, 3, 4, 5]
        assert queries.get_relay().last_seq == 5

    def test_numbers_go_on_where_they_ended_and_never_change(self) -> None:
        job_id = scheduled()
        number_events()
        terminate_job(job_id=job_id, actor=ANN)
        assert number_events() == 1
        assert numbered() == [1, 2]
        assert number_events() == 0

    def test_it_numbers_so_many_at_a_time_and_says_that_there_is_more(
        self, monkeypatch: pytest.MonkeyPatch, layer: Layer
    ) -> None:
        monkeypatch.setattr(relay_module, "MAX_NUMBERED", 2)
        for _ in range(3):
            scheduled()
        with a_relay() as relay:
            assert relay.run_once() == 0.0
            assert relay.run_once() > 0
        assert numbered() == [1, 2, 3]

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
            JobEvent.objects.create(job_id=job_id, kind="job_queued", snapshot={"state": "queued"})
            relay.run_once()
            succeeded()
            relay.run_once()
        assert layer.spans == [(0, 1), (1, 2), (2, queries.get_relay().last_seq)]

    def test_while_redis_is_away_events_wait_and_go_out_when_it_is_back(self, layer: Layer) -> None:
        scheduled()
        layer.away = True
        with a_relay() as relay:
            assert relay.run_once() == relay_module.REDIS_AWAY_PAUSE_SECONDS
            scheduled()
            relay.run_once()
            assert (queries.get_relay().last_seq, queries.get_relay().sent_seq) == (2, 0)
            layer.away = False
            relay.run_once()
        assert [frame.seq for frame in layer.sent] == [1, 2]
        assert queries.get_relay().sent_seq == 2

    def test_while_nobody_listens_events_are_numbered_and_pass_by(self, layer: Layer) -> None:
        layer.listened_to = False
        scheduled()
        with a_relay() as relay:
            relay.run_once()
            assert (queries.get_relay().last_seq, queries.get_relay().sent_seq) == (1, 1)
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

    def test_how_far_was_sent_never_falls(self) -> None:
        mark_sent(9)
        mark_sent(4)
        assert queries.get_relay().sent_seq == 9

    def test_a_frame_shows_the_job_as_it_was_at_its_event(self, layer: Layer) -> None:
        attempt = running()
        finish(attempt)
        with a_relay() as relay:
            relay.run_once()
        started = next(frame for frame in layer.sent if frame.kind == "job_started")
        assert '"state":"running"' in started.text.replace(" ", "")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("relay_row")
class TestManyAtOnce:
    def test_an_event_that_commits_late_gets_a_later_number(self) -> None:
        template()
        late, early = scheduled(), scheduled()
        number_events()
        before = queries.get_relay().last_seq
        with transaction.atomic():
            enqueue_quietly(late)
            together(lambda: enqueue(early), number_events)
            together(number_events)
        number_events()
        fresh = list(JobEvent.objects.filter(seq__gt=before).order_by("seq").values_list("job_id", flat=True))
        assert fresh == [early, late]

    def test_a_relay_that_waits_for_another_numbers_nothing_twice_and_leaves_no_hole(self) -> None:
        template()
        submit_jobs(submissions=[Submission(OTP)] * 5, actor=ANN)
        with ThreadPoolExecutor(1) as threads:
            with transaction.atomic():
                assert number_events() == 5
                other = threads.submit(in_a_thread, number_events)
                wait_for("the other relay waits", somebody_waits_for_a_lock, within=10, every=0.01)
                submit_jobs(submissions=[Submission(OTP)] * 2, actor=ANN)
            assert other.result() == 2
        assert numbered() == [1, 2, 3, 4, 5, 6, 7]
        assert queries.get_relay().last_seq == 7

    def test_relays_side_by_side_number_each_event_once_and_leave_no_hole(self) -> None:
        template()
        until = time.monotonic() + 1

        def create() -> None:
            while time.monotonic() < until:
                submit_jobs(submissions=[Submission(OTP)] * 5, actor=ANN)

        def relay() -> None:
            while time.monotonic() < until:
                number_events()

        together(create, create, relay, relay, relay)
        number_events()
        assert sorted(numbered()) == list(range(1, JobEvent.objects.count() + 1))
        assert queries.get_relay().last_seq == JobEvent.objects.count() > 20


def in_a_thread(work: Callable[[], int]) -> int:
    try:
        return work()
    finally:
        connections.close_all()


def somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])


def enqueue_quietly(job_id: uuid.UUID) -> None:
    """A change of the job in a transaction that has not committed yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO jobs_jobevent (job_id, kind, at, actor, snapshot) VALUES (%s, 'job_changed', now(), '', '{}')",
            [job_id],
        )

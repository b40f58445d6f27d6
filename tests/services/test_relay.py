"""The relay: events are numbered after commit, in order, and handed to the channel layer at least once."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from django.db import connection, transaction
from redis.exceptions import ConnectionError as RedisAway

from jobs.dispatcher import numbering as numbering_module
from jobs.dispatcher.relay import Relay
from jobs.live import realtime
from jobs.live.frames import Batch, Frame
from jobs.models import JobEvent
from jobs.read import records
from jobs.services.control import terminate_job
from jobs.services.preparing import Submission
from jobs.services.submit import submit_jobs
from tests.factories import (
    ANN,
    OTP,
    enqueue,
    feed,
    finish,
    number_events,
    running,
    scheduled,
    succeeded,
    template,
)
from tests.jobs_fixtures import together


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


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("transactional_db")
class TestManyAtOnce:
    def test_an_event_that_commits_late_gets_a_later_number(self) -> None:
        template()
        late, early = scheduled(), scheduled()
        number_events()
        before = records.newest_seq()
        with transaction.atomic():
            change_quietly(late)
            together(lambda: enqueue(early), number_events)
            together(number_events)
        number_events()
        fresh = [event["job_id"] for event in records.events_after(before, limit=10)]
        assert fresh == [early, late]

    def test_an_event_that_was_rolled_back_is_looked_for_until_all_that_ran_then_has_ended(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(numbering_module, "GENERATION_SECONDS", 0)
        template()
        job_id = scheduled()
        undo(lambda: change_quietly(job_id))
        # No transaction of the first look is left at the second one.
        for expected in (True, False):
            scheduled()
            number_events()
            assert misses_some() == expected
        assert feed() == all_events()

    def test_ids_that_were_rolled_back_last_are_given_up_without_new_events(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(numbering_module, "GENERATION_SECONDS", 0)
        template()
        job_id = scheduled()
        relay = numbering_module.Numbering()
        assert relay.run_once()
        undo(lambda: change_quietly(job_id))
        for _ in range(4):
            assert relay.run_once() is None
        assert not misses_some()
        assert relay._is_complete
        terminate_job(job_id=job_id, actor=ANN)
        assert relay.run_once()
        assert feed() == all_events()

    def test_a_reader_passes_over_numbers_whose_events_are_deleted(self) -> None:
        template()
        jobs = [scheduled() for _ in range(3)]
        number_events()
        JobEvent.objects.filter(job_id__in=jobs[:2]).delete()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(records, "MIN_WINDOW", 1)
            events, upto = records.feed_after(0, limit=1)
            assert ([event["job_id"] for event in events], upto) == ([jobs[2]], 3)
            patch.setattr(records, "MAX_WINDOWS", 1)
            assert records.feed_after(0, limit=1) == ([], 1)
        assert records.feed_after(3, limit=5) == ([], 3)

    def test_while_a_transaction_is_open_nothing_is_given_up_that_it_may_hold(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(numbering_module, "GENERATION_SECONDS", 0)
        template()
        held, others = scheduled(), [scheduled() for _ in range(5)]
        with transaction.atomic():
            change_quietly(held)
            for one in others:
                together(partial(terminate_job, job_id=one, actor=ANN), number_events)
                together(number_events)
            together(lambda: misses_some() or pytest.fail("it was given up"))
        number_events()
        assert sorted(feed()) == all_events()
        assert feed()[-1] < max(all_events())

    def test_relays_side_by_side_number_each_event_once_and_leave_no_hole(self) -> None:
        template()
        until = time.monotonic() + 1

        def create() -> None:
            while time.monotonic() < until:
                submit_jobs(submissions=[Submission(OTP)] * 5, actor=ANN)

        def create_and_undo() -> None:
            while time.monotonic() < until:
                undo(lambda: submit_jobs(submissions=[Submission(OTP)] * 5, actor=ANN))

        def relay() -> None:
            while time.monotonic() < until:
                number_events()

        together(create, create, create_and_undo, relay, relay, relay)
        while number_events():
            pass
        assert sorted(feed()) == all_events()
        assert records.newest_seq() == len(all_events()) > 20


def misses_some() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT NOT isempty(missing + missing_before) FROM jobs_relaystate ORDER BY last_seq DESC LIMIT 1"
        )
        return bool(cursor.fetchone()[0])


def change_quietly(job_id: uuid.UUID) -> None:
    """A change of the job in a transaction that has not committed yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO jobs_event (job_id, version, attempt, kind) VALUES (%s, 1, 0, 'job_changed')",
            [job_id],
        )


def undo(work: Callable[[], object]) -> None:
    with transaction.atomic():
        work()
        transaction.set_rollback(True)

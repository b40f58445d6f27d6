"""Somebody writes to RedBeat's keys: entries are compared whole and repaired, and beat sends only its messages."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from redbeat.schedulers import get_redis

from jobs import redbeat_entries
from jobs.dispatcher.redbeat_sync import RedBeatSync
from jobs.messaging import names, redbeat
from jobs.models import Series
from scheduler_project.beat import SeriesScheduler
from scheduler_project.celery import app
from tests.factories import OTP, PASSWORD, recurring, store
from tests.services.redbeat_damage import (
    HANGING_SCHEDULE,
    KINDS,
    OF_AN_ENTRY,
    OF_THE_SCHEDULE,
    become,
    change,
)

pytestmark = pytest.mark.django_db
SCHEDULE, LOCK = names.key("redbeat::schedule"), names.key("redbeat::lock")
Whole = dict[str, tuple[float, dict[str, str]]]


@pytest.fixture
def redis(servers: None) -> Iterator[Any]:
    client = get_redis(app)
    _forget_all(client)
    yield client
    _forget_all(client)


def _forget_all(client: Any) -> None:
    for key in client.keys(names.key("redbeat*")):
        client.delete(key)


@pytest.fixture
def sync(redis: Any) -> RedBeatSync:
    """Two series have entries, and are due in a while."""
    store(recurring(OTP, startInSeconds=600), recurring(PASSWORD, startInSeconds=601))
    found = RedBeatSync(app)
    found.run_once()
    repair(found)
    return found


def repair(sync: RedBeatSync) -> None:
    sync._next_repair = 0
    sync.run_once()


def entries(redis: Any) -> Whole:
    """Everything that RedBeat could read."""
    return {key: (score, redis.hgetall(key)) for key, score in redis.zrange(SCHEDULE, 0, -1, withscores=True)}


@pytest.mark.parametrize("damage", OF_AN_ENTRY.values(), ids=OF_AN_ENTRY)
def test_an_entry_is_made_whole_again(sync: RedBeatSync, redis: Any, damage: Callable[..., object]) -> None:
    before = entries(redis)
    assert len(before) == 2
    damage(redis, SCHEDULE, next(iter(before)))
    repair(sync)
    assert entries(redis) == before


@pytest.mark.parametrize("damage", OF_THE_SCHEDULE.values(), ids=OF_THE_SCHEDULE)
def test_the_schedule_is_made_whole_again(
    sync: RedBeatSync, redis: Any, damage: Callable[..., object]
) -> None:
    before = entries(redis)
    damage(redis, SCHEDULE)
    repair(sync)
    repair(sync)
    assert entries(redis) == before


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"zset"}))
def test_a_new_entry_is_stored_whatever_lies_in_its_place(redis: Any, kind: str) -> None:
    store(recurring(OTP, startInSeconds=600))
    become(redis, SCHEDULE, kind)
    become(redis, names.key(f"redbeat:series:{Series.objects.get().pk}"), kind)
    RedBeatSync(app)._store_missing()
    assert len(entries(redis)) == 1


def test_while_all_is_right_postgres_is_not_asked_again(
    sync: RedBeatSync, redis: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    repair(sync)
    monkeypatch.setattr(redbeat_entries, "list_entries", lambda: pytest.fail("it was asked"))
    repair(sync)


def test_two_platforms_on_one_redis_leave_each_other_alone(
    sync: RedBeatSync, redis: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = entries(redis)
    others = "restjobscheduler:another:redbeat::schedule"
    theirs = f"restjobscheduler:another:redbeat:series:{uuid.uuid4()}"
    redis.zadd(others, {theirs: 7})
    redis.hset(theirs, "definition", "x")
    repair(sync)
    assert (redis.zscore(others, theirs), redis.hget(theirs, "definition")) == (7, "x")
    redis.delete(others, theirs)
    repair(sync)
    assert entries(redis) == before


class Beat(SeriesScheduler):
    """What it sends is in `sent`."""

    def __init__(self) -> None:
        super().__init__(app)
        self.sent: list[tuple[Any, ...]] = []
        self.producer = None

    def send_task(self, *args: Any, **options: Any) -> None:
        options.pop("producer")
        self.sent.append((*args, options))


@pytest.fixture
def beat(redis: Any) -> Beat:
    return Beat()


MESSAGE_OPTIONS = {"exchange": "", "routing_key": names.at_broker("ticks")}


def make_due(redis: Any, *series: uuid.UUID) -> None:
    redis.zadd(SCHEDULE, {names.key(f"redbeat:series:{one}"): time.time() - 1 for one in series})


def test_a_due_series_fires_once(beat: Beat, redis: Any) -> None:
    series = uuid.uuid4()
    make_due(redis, series)
    assert beat.tick() == beat.max_interval
    beat.tick()
    assert beat.sent == [("jobs.series_tick", [str(series)], MESSAGE_OPTIONS)]


def test_it_wakes_for_the_next_one(beat: Beat, redis: Any) -> None:
    redis.zadd(SCHEDULE, {names.key(f"redbeat:series:{uuid.uuid4()}"): time.time() + 0.5})
    assert 0 < beat.tick() <= 0.5


@pytest.mark.parametrize("damage", OF_AN_ENTRY.values(), ids=OF_AN_ENTRY)
def test_whatever_an_entry_says_beat_sends_nothing_but_its_tick(
    sync: RedBeatSync, beat: Beat, redis: Any, damage: Callable[..., object]
) -> None:
    entry = next(iter(entries(redis)))
    damage(redis, SCHEDULE, entry)
    if redis.zscore(SCHEDULE, entry) is not None:
        redis.zadd(SCHEDULE, {entry: 1})
    beat.tick()
    assert beat.sent in ([], [("jobs.series_tick", [entry.rpartition(":")[2]], MESSAGE_OPTIONS)])


@pytest.mark.parametrize("damage", OF_THE_SCHEDULE.values(), ids=OF_THE_SCHEDULE)
def test_whatever_the_schedule_holds_beat_goes_on(
    beat: Beat, redis: Any, damage: Callable[..., object]
) -> None:
    series = uuid.uuid4()
    damage(redis, SCHEDULE)
    beat.tick()
    make_due(redis, series)
    for _ in range(60):
        if beat.tick():
            break
    assert ("jobs.series_tick", [str(series)], MESSAGE_OPTIONS) in beat.sent
    assert {(task, tuple(options.items())) for task, _, options in beat.sent} == {
        ("jobs.series_tick", tuple(MESSAGE_OPTIONS.items()))
    }


def test_a_schedule_that_takes_for_ever_to_compute_is_not_computed(
    sync: RedBeatSync, beat: Beat, redis: Any
) -> None:
    entry = next(iter(entries(redis)))
    change(redis, entry, schedule=HANGING_SCHEDULE)
    redis.zadd(SCHEDULE, {entry: 1})
    began = time.monotonic()
    beat.tick()
    assert time.monotonic() - began < 10
    assert len(beat.sent) == 1


def test_one_of_two_beats_fires_and_the_other_follows(redis: Any) -> None:
    one, other = Beat(), Beat()
    for beat in (one, other):
        make_due(redis, uuid.uuid4())
        beat.tick()
    assert (len(one.sent), len(other.sent)) == (1, 0)
    one.close()
    other.tick()
    assert len(other.sent) == 1
    assert 0 < redis.pttl(LOCK) <= redbeat.LOCK_SECONDS * 1000


@pytest.mark.parametrize("kind", KINDS)
def test_a_lock_of_another_type_holds_nobody(beat: Beat, redis: Any, kind: str) -> None:
    beat.tick()
    become(redis, LOCK, kind)
    make_due(redis, uuid.uuid4())
    beat.tick()
    assert len(beat.sent) == 1
    become(redis, LOCK, kind)
    beat.close()


@pytest.mark.parametrize("lasts", [None, 3600])
def test_a_lock_that_no_beat_has_written_holds_nobody(beat: Beat, redis: Any, lasts: int | None) -> None:
    redis.set(LOCK, "forged", ex=lasts)
    make_due(redis, uuid.uuid4())
    beat.tick()
    assert len(beat.sent) == 1


def test_a_redis_that_is_away_does_not_end_it(beat: Beat, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise redbeat.AWAY("connection refused")

    with monkeypatch.context() as patch:
        patch.setattr(redbeat, "hold_lock", away)
        assert beat.tick() == beat.max_interval
        patch.setattr(redbeat, "release_lock", away)
        beat.close()


def test_redbeats_own_tools_read_the_entries(sync: RedBeatSync, redis: Any) -> None:
    from redbeat import RedBeatSchedulerEntry

    for key, (score, stored) in entries(redis).items():
        entry = RedBeatSchedulerEntry.from_key(key, app=app)
        assert entry.key == key
        assert entry.task == "jobs.series_tick"
        assert json.loads(stored["definition"])["enabled"] is True
        assert entry.schedule.rrule.after(entry.schedule.dtstart, inc=True).timestamp() == score

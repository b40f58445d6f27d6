"""RedBeat's entries follow Postgres, on a real Redis: stored, moved, taken away, repaired after a loss."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from redbeat.schedulers import get_redis

from jobs import redbeat_entries
from jobs.dispatcher import redbeat_sync
from jobs.dispatcher.redbeat_sync import RedBeatSync
from jobs.messaging import names, redbeat
from jobs.messaging.broker import REDBEAT_QUEUE
from jobs.messaging.incoming import SERIES_DUE
from jobs.models import Job, Series
from jobs.services import series as services
from scheduler_project.celery import app
from tests.factories import EDITOR, OTP, PASSWORD, begin, enqueue, finish, recurring, store

pytestmark = pytest.mark.django_db
SCHEDULE = names.key("redbeat::schedule")


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
    return RedBeatSync(app)


def due_times(redis: Any) -> dict[str, float]:
    """What RedBeat will fire, and when: series id -> seconds since the epoch."""
    scores = redis.zrange(SCHEDULE, 0, -1, withscores=True)
    return {key.rpartition(":")[2]: score for key, score in scores}


def waiting(job_type: str = OTP) -> Job:
    return Job.objects.get(template=job_type, state="scheduled")


def test_a_waiting_job_of_a_series_has_an_entry_for_the_second_it_is_due(
    sync: RedBeatSync, redis: Any
) -> None:
    store(recurring())
    sync.run_once()
    series = Series.objects.get()
    (due,) = due_times(redis).values()
    assert list(due_times(redis)) == [str(series.pk)]
    assert -2 < due - waiting().start_time.timestamp() <= 0
    assert waiting().armed


def test_its_entry_sends_a_message_to_the_dispatcher_with_the_series(sync: RedBeatSync, redis: Any) -> None:
    store(recurring(startInSeconds=90))
    sync.run_once()
    series_id = str(Series.objects.get().pk)
    entry = json.loads(redis.hget(names.key(f"redbeat:series:{series_id}"), "definition"))
    assert (entry["task"], entry["args"]) == (SERIES_DUE, [series_id])
    assert entry["options"]["routing_key"] == REDBEAT_QUEUE
    assert entry["schedule"]["interval"] == 90
    assert entry["schedule"]["count"] == 1


def test_after_each_end_it_has_an_entry_again(sync: RedBeatSync, redis: Any) -> None:
    store(recurring())
    sync.run_once()
    first = waiting().start_time
    finish(begin(enqueue(waiting().pk)))
    sync.run_once()
    (due,) = due_times(redis).values()
    assert -2 < due - waiting().start_time.timestamp() <= 0
    assert waiting().start_time > first


def test_what_redis_lost_is_made_anew(sync: RedBeatSync, redis: Any) -> None:
    store(recurring(OTP), recurring(PASSWORD))
    sync.run_once()
    before = due_times(redis)
    _forget_all(redis)
    sync._next_repair = 0
    sync.run_once()
    assert due_times(redis) == pytest.approx(before, abs=1)


def test_the_entry_of_a_paused_series_goes(sync: RedBeatSync, redis: Any) -> None:
    store(recurring(OTP), recurring(PASSWORD))
    sync.run_once()
    paused = Series.objects.get(template=OTP)
    services.pause_series(series_id=paused.pk, actor=EDITOR)
    sync._next_repair = 0
    sync.run_once()
    assert list(due_times(redis)) == [str(Series.objects.get(template=PASSWORD).pk)]


def test_a_stranger_among_the_entries_goes(sync: RedBeatSync, redis: Any) -> None:
    store(recurring())
    sync.run_once()
    stranger = names.key(f"redbeat:series:{uuid.uuid4()}")
    redis.zadd(SCHEDULE, {stranger: 1.0})
    sync._next_repair = 0
    sync.run_once()
    assert list(due_times(redis)) == [str(Series.objects.get().pk)]


def test_a_series_whose_job_runs_keeps_its_entry(sync: RedBeatSync, redis: Any) -> None:
    store(recurring())
    sync.run_once()
    begin(enqueue(waiting().pk))
    sync._next_repair = 0
    sync.run_once()
    assert list(due_times(redis)) == [str(Series.objects.get().pk)]


def test_nothing_is_repaired_when_nothing_is_wrong(sync: RedBeatSync, redis: Any) -> None:
    store(recurring(OTP, startInSeconds=60), recurring(PASSWORD, startInSeconds=61))
    sync.run_once()
    found, strangers = redbeat.read_stored(app, max_entries=100)
    assert (len(found), strangers) == (2, 0)
    assert (
        redbeat.repair(app, found, redbeat_entries.list_entries(), redbeat_entries.list_active_series()) == 0
    )


def test_while_redis_is_away_the_entry_stays_wanted(
    monkeypatch: pytest.MonkeyPatch, sync: RedBeatSync
) -> None:
    asked = 0

    def away(*_: object) -> None:
        nonlocal asked
        asked += 1
        raise redbeat.AWAY("connection refused")

    store(recurring())
    with monkeypatch.context() as patch:
        patch.setattr(redbeat, "store", away)
        assert sync.run_once() == redbeat_sync.REDIS_AWAY_PAUSE_SECONDS
        assert 0 < sync.run_once() <= redbeat_sync.REDIS_AWAY_PAUSE_SECONDS
    assert asked == 1, "a wake-up is no reason to ask it again"
    assert not waiting().armed
    sync._away_until = 0
    sync.run_once()
    assert waiting().armed

"""Somebody writes to RedBeat's keys while the platform runs: within seconds all is right again, and beat lives."""

from __future__ import annotations

import json

import pytest
import redis

from tests.services.redbeat_damage import KINDS, OF_AN_ENTRY, OF_THE_SCHEDULE, become
from tests.support.waiting import wait_for

REPAIRED_SECONDS = 8
FAR_AHEAD = 3600


@pytest.fixture
def client(platform):
    url = json.loads((platform.state_dir / "run.json").read_text())["redis_url"]
    with redis.Redis.from_url(url, socket_timeout=10) as found:
        yield found


@pytest.fixture
def schedule(platform):
    return f"restjobscheduler:{platform.name}:redbeat::schedule"


@pytest.fixture
def series(platform):
    """As many as there are kinds of damage; none is due before the test is over."""
    with platform.api("editor") as api:
        fields = {"job_type": "sleeper", "payload": {"seconds": 0}, "every_seconds": FAR_AHEAD}
        made = [api.post("series/", json=fields).raise_for_status().json()["id"] for _ in OF_AN_ENTRY]
        yield made
        for one in made:
            api.delete(f"series/{one}/").raise_for_status()


def whole(client, schedule, series):
    """What RedBeat holds of these series; less where something is wrong."""
    found = {}
    for one in series:
        key = schedule.replace(":schedule", f"series:{one}").encode()
        try:
            found[key] = (client.zscore(schedule, key), client.hgetall(key))
        except redis.ResponseError:
            continue
    return found


def is_whole(found, series):
    return len(found) == len(series) and all(score and len(fields) == 2 for score, fields in found.values())


@pytest.fixture
def before(client, schedule, series):
    wait_for(
        "all have entries", lambda: is_whole(whole(client, schedule, series), series), within=REPAIRED_SECONDS
    )
    return whole(client, schedule, series)


@pytest.mark.long
def test_every_kind_of_damage_is_put_right(platform, client, schedule, series, before):
    pids = platform.pids()
    for damage, key in zip(OF_AN_ENTRY.values(), before, strict=True):
        damage(client, schedule, key.decode())
    assert whole(client, schedule, series) != before
    wait_for("entries are right", lambda: whole(client, schedule, series) == before, within=REPAIRED_SECONDS)
    for damage in OF_THE_SCHEDULE.values():
        damage(client, schedule)
        wait_for(
            "the schedule is right",
            lambda: whole(client, schedule, series) == before and client.zcard(schedule) < len(series) + 100,
            within=REPAIRED_SECONDS,
        )
    assert platform.pids() == pids


def test_a_lock_of_any_kind_is_taken_over(platform, client, schedule):
    pids, lock = platform.pids(), schedule.replace(":schedule", ":lock")
    for kind in KINDS:
        become(client, lock, kind)
        wait_for(
            f"beat holds its lock again after a {kind}",
            lambda: client.type(lock) == b"string" and 0 < client.pttl(lock) <= 10_000,
            within=REPAIRED_SECONDS,
        )
    assert platform.pids() == pids

"""What somebody who can write to Redis may do to RedBeat's keys, each as one function."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

KINDS: dict[str, Callable[[Any, str], object]] = {
    "string": lambda redis, key: redis.set(key, "x"),
    "list": lambda redis, key: redis.lpush(key, "x"),
    "set": lambda redis, key: redis.sadd(key, "x"),
    "zset": lambda redis, key: redis.zadd(key, {"x": 1}),
    "hash": lambda redis, key: redis.hset(key, "a", "b"),
    "stream": lambda redis, key: redis.xadd(key, {"a": "b"}),
}
HANGING_SCHEDULE = {
    "__type__": "rrule", "freq": 6, "interval": 1, "bymonth": 2, "bymonthday": 30, "dtstart": 0, "dtstart_tz": 0,
}  # fmt: skip


def become(redis: Any, key: str, kind: str) -> None:
    redis.delete(key)
    KINDS[kind](redis, key)


def _entry_becomes(kind: str, redis: Any, _schedule: str, entry: str) -> None:
    become(redis, entry, kind)


def change(redis: Any, entry: str, **fields: object) -> None:
    """Other values in the entry's definition."""
    definition = json.loads(redis.hget(entry, "definition"))
    redis.hset(entry, "definition", json.dumps({**definition, **fields}))


# Of one entry: (client, key of the schedule, key of the entry).
OF_AN_ENTRY: dict[str, Callable[[Any, str, str], object]] = {
    "another task": lambda redis, _, entry: change(redis, entry, task="jobs.run"),
    "another series": lambda redis, _, entry: change(redis, entry, args=[str(uuid.uuid4())]),
    "keyword arguments": lambda redis, _, entry: change(redis, entry, kwargs={"a": 1}),
    "another queue": lambda redis, _, entry: change(redis, entry, options={"exchange": "x", "routing_key": "default"}),
    "another schedule": lambda redis, _, entry: change(redis, entry, schedule=HANGING_SCHEDULE),
    "not enabled": lambda redis, _, entry: change(redis, entry, enabled=False),
    "another name": lambda redis, _, entry: change(redis, entry, name="x"),
    "no JSON": lambda redis, _, entry: redis.hset(entry, "definition", "{"),
    "no text": lambda redis, _, entry: redis.hset(entry, "definition", b"\xff\xfe"),
    "no definition": lambda redis, _, entry: redis.hdel(entry, "definition"),
    "a huge definition": lambda redis, _, entry: redis.hset(entry, "definition", "x" * 5_000_000),
    "another field": lambda redis, _, entry: redis.hset(entry, "more", "x"),
    "ran in the future": lambda redis, _, entry: redis.hset(
        entry, "meta", '{"last_run_at": {"__type__": "datetime", "year": 2999, "month": 1, "day": 1}}'
    ),
    "unreadable meta": lambda redis, _, entry: redis.hset(entry, "meta", "["),
    "another time": lambda redis, schedule, entry: redis.zadd(schedule, {entry: 1e12}),
    "an endless time": lambda redis, schedule, entry: redis.zadd(schedule, {entry: float("inf")}),
    "fired already": lambda redis, schedule, entry: redis.zadd(schedule, {entry: -1}),
    "taken away": lambda redis, schedule, entry: redis.zrem(schedule, entry),
    "emptied": lambda redis, _, entry: redis.delete(entry),
    **{f"a {kind}": partial(_entry_becomes, kind) for kind in KINDS},
}  # fmt: skip

# Of the schedule as a whole: (client, key of the schedule).
OF_THE_SCHEDULE: dict[str, Callable[[Any, str], object]] = {
    "forgotten": lambda redis, schedule: redis.delete(schedule),
    "members that are no keys": lambda redis, schedule: redis.zadd(
        schedule, {"": 1, "x": 2, b"\xff\xfe": 3, "y" * 9999: 4}
    ),
    "series that are no text": lambda redis, schedule: redis.zadd(
        schedule, {schedule.replace(":schedule", "series:").encode() + bytes([0xFF]) * 36: 5}
    ),
    "thousands of strangers": lambda redis, schedule: redis.zadd(schedule, {f"{n:09}": n for n in range(20_000)}),
    "hundreds of forged series": lambda redis, schedule: redis.zadd(
        schedule, {schedule.replace(":schedule", f"series:{uuid.uuid4()}"): 0 for _ in range(700)}
    ),
    **{f"a {kind}": partial(become, kind=kind) for kind in KINDS if kind != "zset"},
}  # fmt: skip

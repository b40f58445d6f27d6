"""Stores and reads RedBeat's entries in Redis: one for each series (recurring job), which fires once, when due.

The entries are derived from Postgres: they may vanish with Redis, be stale, be forged, or fire twice. `repair` corrects
them, and a RedBeat message only says that a series may be due.
"""

from __future__ import annotations

import hashlib
import json
import logging
import math
import time
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from redbeat.decoder import RedBeatJSONEncoder
from redbeat.schedulers import get_redis
from redbeat.schedules import rrule
from redis.exceptions import RedisError, ResponseError

from jobs.messaging import names, redbeat_scripts
from jobs.messaging.broker import REDBEAT_QUEUE
from jobs.messaging.incoming import SERIES_DUE
from jobs.redbeat_entries import RedBeatEntry

log = logging.getLogger(__name__)

AWAY = RedisError
LOCK_SECONDS = 10  # ten of beat's loops, each of which renews the lock
_PREFIX = names.key("redbeat:")
_SERIES = f"{_PREFIX}series:"
_BATCH_SIZE = 500
_FIRED = -1  # RedBeat reads scores from 0 on
_META = json.dumps({"last_run_at": None})


def settings_for(redis_url: str) -> dict[str, Any]:
    """Returns Celery's settings for RedBeat, whose entries and lock are in the Redis at this URL."""
    return {
        "redbeat_redis_url": redis_url,
        "redbeat_redis_options": {
            "socket_timeout": 3,
            "socket_connect_timeout": 3,
            "retry_period": 5,
            # What others have written need not be text.
            "encoding_errors": "surrogateescape",
        },
        "redbeat_key_prefix": _PREFIX,
        "redbeat_lock_timeout": LOCK_SECONDS,
    }


class StoredEntry(NamedTuple):
    """Holds what Redis stores for one series: when its entry fires, and a digest of the rest (empty if invalid)."""

    score: float
    digest: str


def store(app: Any, entries: Sequence[RedBeatEntry]) -> None:
    """Stores entries in Redis, replacing older ones. Raises AWAY if Redis is away; `repair` stores them later."""
    for batch in _batches(entries):
        _with_schedule(app, lambda batch=batch: _write(app, batch))  # type: ignore[misc]  # mypy infers no such lambda


def read_stored(app: Any, *, max_entries: int) -> tuple[dict[str, StoredEntry], int]:
    """Returns all stored entries by key, and how many foreign members were removed from the schedule (a sorted set).

    With more than `max_entries` members most are foreign: then it deletes the whole schedule and returns no entries.
    """
    redis, schedule = get_redis(app), _schedule(app)
    if (members := _with_schedule(app, lambda: redis.zcard(schedule))) > max_entries:
        redis.unlink(schedule)
        return {}, members
    found: dict[str, StoredEntry] = {}
    start = removed = 0
    while True:
        foreign, flat = redis.eval(redbeat_scripts.READ_ENTRIES, 1, schedule, _SERIES, start, _BATCH_SIZE)
        keys, scores, digests = flat[::3], flat[1::3], flat[2::3]
        found.update(zip(keys, map(StoredEntry, map(float, scores), digests), strict=True))
        removed += foreign
        start += len(keys)
        if len(keys) + foreign < _BATCH_SIZE:
            return found, removed


def repair(
    app: Any,
    found: Mapping[str, StoredEntry],
    entries: Sequence[RedBeatEntry],
    active: Collection[uuid.UUID],
) -> int:
    """Makes Redis hold `entries`, and none of series that are not `active`; returns how many entries it corrected.

    `found`: the stored entries by key, as `read_stored` returned them.
    """
    soon = time.time() + 1
    # A series whose job runs right now needs no entry; its old one has fired and stays silent.
    known = {_key(series_id) for series_id in active}
    wrong = [
        entry
        for entry in entries
        if entry.due > soon and found.get(_key(entry.series_id)) != _stored_form(entry)
    ]
    foreign = _as_bytes(key for key in found if key not in known)
    store(app, wrong)
    redis, schedule = get_redis(app), _schedule(app)
    for batch in _batches(foreign):
        with redis.pipeline() as pipe:
            pipe.unlink(*batch)
            pipe.zrem(schedule, *batch)
            pipe.execute()
    return len(wrong) + len(foreign)


def take_due(app: Any, *, look_ahead: float) -> tuple[list[uuid.UUID], float]:
    """Marks due entries as fired; returns their series ids, and the seconds after which beat should call again.

    Only an entry's key is read: a forged definition could name any task, or a schedule that takes hours to compute.
    """
    redis, schedule, now = get_redis(app), _schedule(app), time.time()

    def read() -> Any:
        with redis.pipeline() as pipe:
            pipe.zrangebyscore(schedule, 0, now, start=0, num=_BATCH_SIZE)
            pipe.zrangebyscore(schedule, f"({now}", now + look_ahead, start=0, num=1, withscores=True)
            return pipe.execute()

    due, following = _with_schedule(app, read)
    series = {key: series_id for key in due if (series_id := _series_of(key))}
    if due:
        with redis.pipeline() as pipe:
            if foreign := [key for key in due if key not in series]:
                pipe.zrem(schedule, *_as_bytes(foreign))
            if series:
                pipe.zadd(schedule, dict.fromkeys(series, _FIRED), xx=True)
            pipe.execute()
    if len(due) == _BATCH_SIZE:
        return list(series.values()), 0.0
    return list(series.values()), max(following[0][1] - now, 0.0) if following else look_ahead


def hold_lock(app: Any, token: str) -> bool:
    """Acquires or renews beat's lock in Redis, replacing a forged one; returns whether this beat process holds it."""
    lock = app.redbeat_conf.lock_key
    return bool(get_redis(app).eval(redbeat_scripts.HOLD, 1, lock, token, LOCK_SECONDS * 1000))


def release_lock(app: Any, token: str) -> None:
    """Releases beat's lock in Redis if this beat process, identified by `token`, holds it."""
    get_redis(app).eval(redbeat_scripts.RELEASE, 1, app.redbeat_conf.lock_key, token)


def _write(app: Any, entries: Sequence[RedBeatEntry]) -> None:
    with get_redis(app).pipeline() as pipe:
        for entry in entries:
            key = _key(entry.series_id)
            pipe.unlink(key)
            pipe.hset(key, mapping={"definition": _definition(entry), "meta": _META})
            pipe.zadd(_schedule(app), {key: _due_second(entry)})
        pipe.execute()


def _as_bytes(keys: Iterable[str]) -> list[bytes]:
    """Encodes Redis keys as they are stored; the client cannot encode text that was decoded from invalid bytes."""
    return [key.encode(errors="surrogateescape") for key in keys]


def _with_schedule(app: Any, do: Callable[[], Any]) -> Any:
    """Returns what `do` returns. If RedBeat's schedule is not a sorted set, deletes it and calls `do` again."""
    try:
        return do()
    except ResponseError as exc:
        redis, schedule = get_redis(app), _schedule(app)
        if "WRONGTYPE" not in str(exc) or redis.type(schedule) in ("zset", "none"):
            raise
        log.warning("RedBeat's schedule was of a wrong type and is made again")
        redis.unlink(schedule)
        return do()


def _schedule(app: Any) -> str:
    return str(app.redbeat_conf.schedule_key)


def _key(series_id: uuid.UUID) -> str:
    return f"{_SERIES}{series_id}"


def _series_of(key: str) -> uuid.UUID | None:
    try:
        series_id = uuid.UUID(key.removeprefix(_SERIES))
    except ValueError:
        return None
    return series_id if _key(series_id) == key else None


def _due_second(entry: RedBeatEntry) -> int:
    """Returns the entry's due time, rounded down because RedBeat counts in whole seconds.

    So the RedBeat message comes up to a second early, and the dispatcher starts the job exactly when it is due; rounded
    up, every start would be late.
    """
    return math.floor(entry.due)


@lru_cache(maxsize=20_000)
def _stored_form(entry: RedBeatEntry) -> StoredEntry:
    digest = hashlib.sha1(f"{_definition(entry)}\n{_META}".encode(), usedforsecurity=False).hexdigest()
    return StoredEntry(_due_second(entry), digest)


def _definition(entry: RedBeatEntry) -> str:
    """Returns the entry's definition as JSON in RedBeat's own format."""
    due = datetime.fromtimestamp(_due_second(entry), UTC)
    definition = {
        "name": f"series:{entry.series_id}",
        "task": SERIES_DUE,
        "args": [str(entry.series_id)],
        "kwargs": {},
        "options": {"exchange": "", "routing_key": REDBEAT_QUEUE},
        "schedule": rrule("SECONDLY", interval=entry.every_seconds, dtstart=due, count=1),
        "enabled": True,
    }
    return json.dumps(definition, cls=RedBeatJSONEncoder)


def _batches(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), _BATCH_SIZE):
        yield items[start : start + _BATCH_SIZE]

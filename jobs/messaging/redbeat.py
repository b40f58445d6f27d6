"""The only door to RedBeat: one entry a series, which holds its interval and fires once, at the due time.

Entries are a derived index of Postgres: they may vanish with Redis, be stale or forged, or fire twice.
`repair` makes them right again, and every tick is a hint.
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

from jobs.hints import Alarm
from jobs.messaging import names, redbeat_scripts
from jobs.messaging.broker import TICKS_QUEUE
from jobs.messaging.receipt import SERIES_TICK

log = logging.getLogger(__name__)

AWAY = RedisError
LOCK_SECONDS = 10
_PREFIX = names.key("redbeat:")
_SERIES = f"{_PREFIX}series:"
_AT_ONCE = 500
_FIRED = -1  # RedBeat looks at scores from 0 on
_META = json.dumps({"last_run_at": None})


def settings_for(redis_url: str) -> dict[str, Any]:
    """Celery's settings for RedBeat. The lock outlives ten of beat's one-second turns."""
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


class Stored(NamedTuple):
    """What RedBeat holds of one series: when it fires, and a digest of all the rest (empty: it is no entry)."""

    score: float
    digest: str


def arm(app: Any, alarms: Sequence[Alarm]) -> None:
    """Store the entries of `alarms`. Raises AWAY if Redis is away: nothing is lost, only later."""
    for some in _in_parts(alarms):
        _with_schedule(app, lambda some=some: _store(app, some))  # type: ignore[misc]  # mypy infers no such lambda


def stored(app: Any, *, at_most: int) -> tuple[dict[str, Stored], int]:
    """(all entries by their keys, how many members of the schedule were no series' and are gone now).

    Of more than `at_most` members most are somebody else's: then the schedule is begun anew.
    """
    redis, schedule = get_redis(app), _schedule(app)
    if (members := _with_schedule(app, lambda: redis.zcard(schedule))) > at_most:
        redis.unlink(schedule)
        return {}, members
    found: dict[str, Stored] = {}
    start = gone = 0
    while True:
        strangers, flat = redis.eval(redbeat_scripts.LOOK, 1, schedule, _SERIES, start, _AT_ONCE)
        keys, scores, digests = flat[::3], flat[1::3], flat[2::3]
        found.update(zip(keys, map(Stored, map(float, scores), digests), strict=True))
        gone += strangers
        start += len(keys)
        if len(keys) + strangers < _AT_ONCE:
            return found, gone


def repair(
    app: Any, found: Mapping[str, Stored], alarms: Sequence[Alarm], active: Collection[uuid.UUID]
) -> int:
    """Make RedBeat hold `alarms`, and nothing of series not `active`; returns how many entries were wrong."""
    soon = time.time() + 1
    # A series whose job runs right now waits for no alarm; its old entry has fired and stays silent.
    known = {_key(series_id) for series_id in active}
    wrong = [
        alarm for alarm in alarms if alarm.due > soon and found.get(_key(alarm.series_id)) != _wanted(alarm)
    ]
    strangers = _as_stored(key for key in found if key not in known)
    arm(app, wrong)
    redis, schedule = get_redis(app), _schedule(app)
    for some in _in_parts(strangers):
        with redis.pipeline() as pipe:
            pipe.unlink(*some)
            pipe.zrem(schedule, *some)
            pipe.execute()
    return len(wrong) + len(strangers)


def take_due(app: Any, *, look_ahead: float) -> tuple[list[uuid.UUID], float]:
    """For beat: (the series that are due, which will not be due again, the seconds until it shall come again).

    Nothing of an entry is read but its key: a definition that somebody has written could name any task, or a
    schedule that takes hours to compute.
    """
    redis, schedule, now = get_redis(app), _schedule(app), time.time()

    def look() -> Any:
        with redis.pipeline() as pipe:
            pipe.zrangebyscore(schedule, 0, now, start=0, num=_AT_ONCE)
            pipe.zrangebyscore(schedule, f"({now}", now + look_ahead, start=0, num=1, withscores=True)
            return pipe.execute()

    due, following = _with_schedule(app, look)
    series = {key: series_id for key in due if (series_id := _series_of(key))}
    if due:
        with redis.pipeline() as pipe:
            if strangers := [key for key in due if key not in series]:
                pipe.zrem(schedule, *_as_stored(strangers))
            if series:
                pipe.zadd(schedule, dict.fromkeys(series, _FIRED), xx=True)
            pipe.execute()
    if len(due) == _AT_ONCE:
        return list(series.values()), 0.0
    return list(series.values()), max(following[0][1] - now, 0.0) if following else look_ahead


def hold_lock(app: Any, token: str) -> bool:
    """For beat: True while this one is to fire. A lock that no beat has written counts for nothing."""
    lock = app.redbeat_conf.lock_key
    return bool(get_redis(app).eval(redbeat_scripts.HOLD, 1, lock, token, LOCK_SECONDS * 1000))


def release_lock(app: Any, token: str) -> None:
    get_redis(app).eval(redbeat_scripts.RELEASE, 1, app.redbeat_conf.lock_key, token)


def _store(app: Any, alarms: Sequence[Alarm]) -> None:
    with get_redis(app).pipeline() as pipe:
        for alarm in alarms:
            key = _key(alarm.series_id)
            pipe.unlink(key)
            pipe.hset(key, mapping={"definition": _definition(alarm), "meta": _META})
            pipe.zadd(_schedule(app), {key: _due_second(alarm)})
        pipe.execute()


def _as_stored(keys: Iterable[str]) -> list[bytes]:
    """Their bytes, which the Redis client does not make of text that was none."""
    return [key.encode(errors="surrogateescape") for key in keys]


def _with_schedule(app: Any, do: Callable[[], Any]) -> Any:
    """What `do` returns. A schedule that is no sorted set any more goes first."""
    try:
        return do()
    except ResponseError as exc:
        redis, schedule = get_redis(app), _schedule(app)
        if "WRONGTYPE" not in str(exc) or redis.type(schedule) in ("zset", "none"):
            raise
        log.warning("RedBeat's schedule was of a wrong type and is made anew")
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


def _due_second(alarm: Alarm) -> int:
    """RedBeat counts in whole seconds. Rounded down, the tick comes up to a second early and the dispatcher
    starts the job at the very moment it is due; rounded up, every start would be late.
    """
    return math.floor(alarm.due)


@lru_cache(maxsize=20_000)
def _wanted(alarm: Alarm) -> Stored:
    digest = hashlib.sha1(f"{_definition(alarm)}\n{_META}".encode(), usedforsecurity=False).hexdigest()
    return Stored(_due_second(alarm), digest)


def _definition(alarm: Alarm) -> str:
    """As RedBeat's own entries are written."""
    due = datetime.fromtimestamp(_due_second(alarm), UTC)
    definition = {
        "name": f"series:{alarm.series_id}",
        "task": SERIES_TICK,
        "args": [str(alarm.series_id)],
        "kwargs": {},
        "options": {"exchange": "", "routing_key": TICKS_QUEUE},
        "schedule": rrule("SECONDLY", interval=alarm.every_seconds, dtstart=due, count=1),
        "enabled": True,
    }
    return json.dumps(definition, cls=RedBeatJSONEncoder)


def _in_parts(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]

"""The only door to RedBeat: one entry a series, which holds its interval and fires once, at the due time.

Entries are a derived index of Postgres: they may vanish with Redis, be stale or fire twice; `repair`
makes them right again, and every tick is a hint.
"""

from __future__ import annotations

import logging
import math
import time
import uuid
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from redbeat.schedulers import RedBeatSchedulerEntry, get_redis
from redbeat.schedules import rrule
from redis.exceptions import RedisError

from jobs.broker import SERIES_TICK, TICKS_QUEUE
from jobs.hints import Alarm

log = logging.getLogger(__name__)

AWAY = RedisError
_PREFIX = "restjobscheduler:redbeat:"
# If Redis lost everything, this key is gone too, and all entries are made anew at once.
_SENTINEL = "restjobscheduler:redbeat-filled"


def settings_for(redis_url: str) -> dict[str, Any]:
    """Celery's settings for RedBeat. The lock outlives ten of beat's one-second turns."""
    return {
        "redbeat_redis_url": redis_url,
        "redbeat_redis_options": {"socket_timeout": 3, "socket_connect_timeout": 3, "retry_period": 5},
        "redbeat_key_prefix": _PREFIX,
        "redbeat_lock_timeout": 10,
    }


def arm(app: Any, alarms: Sequence[Alarm]) -> None:
    """Store the entries of `alarms`. Raises AWAY if Redis is away: nothing is lost, only later."""
    for alarm in alarms:
        _entry(app, alarm).save()


def repair(app: Any, alarms: Sequence[Alarm], active: Collection[uuid.UUID]) -> int:
    """Make RedBeat hold `alarms`, and nothing of series not `active`; answers how many entries were wrong."""
    redis = get_redis(app)
    schedule = app.redbeat_conf.schedule_key
    found: dict[str, float] = (
        dict(redis.zrange(schedule, 0, -1, withscores=True)) if redis.get(_SENTINEL) else {}
    )
    soon = time.time() + 1
    wanted = {_key(alarm.series_id): alarm for alarm in alarms}
    # A series whose job runs right now waits for no alarm; its old entry has fired and stays silent.
    known = {_key(series_id) for series_id in active}
    # RedBeat's score is the due second or the one before it: it looks at the clock twice to compute it.
    wrong = [a for key, a in wanted.items() if a.due > soon and not -2 < found.get(key, 0) - a.due <= 0]
    strangers = [key for key in found if key not in known]
    arm(app, wrong)
    for stranger in strangers:
        redis.delete(stranger)
        redis.zrem(schedule, stranger)
    redis.set(_SENTINEL, "1")
    return len(wrong) + len(strangers)


def entries(app: Any) -> int | None:
    """How many RedBeat holds; None after Redis has lost them."""
    redis = get_redis(app)
    number: int = redis.zcard(app.redbeat_conf.schedule_key)
    return number if redis.get(_SENTINEL) else None


def _key(series_id: uuid.UUID) -> str:
    return f"{_PREFIX}series:{series_id}"


def _entry(app: Any, alarm: Alarm) -> RedBeatSchedulerEntry:
    # RedBeat counts in whole seconds. Rounded down, the tick comes up to a second early and the dispatcher
    # starts the job at the very moment it is due; rounded up, every start would be late.
    due = datetime.fromtimestamp(math.floor(alarm.due), UTC)
    return RedBeatSchedulerEntry(
        name=f"series:{alarm.series_id}",
        task=SERIES_TICK,
        schedule=rrule("SECONDLY", interval=alarm.every_seconds, dtstart=due, count=1),
        args=[str(alarm.series_id)],
        options={"exchange": "", "routing_key": TICKS_QUEUE},
        app=app,
    )

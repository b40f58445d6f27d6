"""Defines the problems that keep the platform from running jobs: a code for programs, a sentence for people."""

from __future__ import annotations

import enum
from typing import NamedTuple


class Code(enum.StrEnum):
    """Identifies a problem of the platform. The word before the first underscore is what the problem is about."""

    DATABASE_UNAVAILABLE = "database_unavailable"
    DATABASE_LOCKED = "database_locked"
    SCHEMA = "schema"
    NO_DISPATCHER = "no_dispatcher"
    DISPATCHING_STUCK = "dispatching_stuck"
    DISPATCHER_STUCK = "dispatcher_stuck"
    BROKER_UNAVAILABLE = "broker_unavailable"
    BROKER_BLOCKED = "broker_blocked"
    REDIS_UNAVAILABLE = "redis_unavailable"
    QUEUE_UNSERVED = "queue_unserved"
    NO_BEAT = "no_beat"
    WAKEUPS_LOST = "wakeups_lost"
    LIMITS_MISSING = "limits_missing"


class PlatformProblem(NamedTuple):
    """Describes a problem that keeps the platform from running jobs, as `/health/ready` shows it."""

    code: str
    detail: str

    @property
    def subject(self) -> str:
        """Returns the code's first word, such as `broker`: dispatchers may report one fault with different codes."""
        return self.code.partition("_")[0]

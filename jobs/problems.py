"""What can keep the whole platform from running jobs: a code for programs and a sentence for people (pure)."""

from __future__ import annotations

import enum
from typing import NamedTuple


class Code(enum.StrEnum):
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


class PlatformProblem(NamedTuple):
    code: str
    detail: str

    @property
    def subject(self) -> str:
        """Two dispatchers may say different things of one broker: it is one problem all the same."""
        return self.code.partition("_")[0]

"""How soon things must be right again: what was promised, and the worst that was measured.

Counted from the moment a fault is over: a killed process runs again, a server answers, a link flows.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.faults.pace import Pace

NEW_JOB = "a new job runs after any other fault"
NEW_JOB_BROKER = "a new job runs after RabbitMQ's return"
LOST = "an attempt that died is made up for"
SHOWN = "websocket clients show what REST said"
REDBEAT = "RedBeat is whole after FLUSHALL"
LATE = "a recurring job is late while Redis or beat is away"
LATE_IN_CALM = "a recurring job is late while all is well"


# None: measured, not promised.
PROMISED: dict[str, float | None] = {
    NEW_JOB: None,
    NEW_JOB_BROKER: 20,
    LOST: 45,
    SHOWN: 30,
    REDBEAT: 6,
    LATE: 6,
    LATE_IN_CALM: 1.5,
}
# So much of a recovery is work, processes that start and clients that read; the rest waits for clocks.
WORK_SECONDS = 3.0
# Who looks four times a second sees it a little later.
ALLOWANCE_SECONDS = 0.5


@dataclass(frozen=True)
class Measured:
    """`slowness`: how many times as long work took, the machine being busy with other things."""

    seconds: float
    slowness: float
    when: str

    @property
    def of_its_own(self) -> float:
        return max(0.0, self.seconds - WORK_SECONDS * (self.slowness - 1))


class Bounds:
    def __init__(self, pace: Pace) -> None:
        self.measured: dict[str, list[Measured]] = {}
        self._pace = pace
        self._lock = threading.Lock()

    def note(self, what: str, seconds: float, when: str) -> None:
        """As soon as it is known."""
        self._keep(what, Measured(seconds, self._pace.slowness(over=seconds + 1), when))

    def note_past(self, what: str, seconds: float, when: str) -> None:
        self._keep(what, Measured(seconds, self._pace.slowness(), when))

    def _keep(self, what: str, measured: Measured) -> None:
        with self._lock:
            self.measured.setdefault(what, []).append(measured)

    def report(self) -> list[str]:
        return [self._line(what) for what in PROMISED]

    def violations(self) -> list[str]:
        return [
            f"BROKEN: {self._line(what)}"
            for what, promised in PROMISED.items()
            if promised is not None
            and what in self.measured
            and self._worst(what).of_its_own > promised + ALLOWANCE_SECONDS
        ]

    def _worst(self, what: str) -> Measured:
        return max(self.measured[what], key=lambda one: one.of_its_own)

    def _line(self, what: str) -> str:
        promised = "no promise" if PROMISED[what] is None else f"promised {PROMISED[what]:g} s"
        if what not in self.measured:
            return f"{what}: not measured ({promised})"
        worst, count = self._worst(what), len(self.measured[what])
        longest = max(one.seconds for one in self.measured[what])
        return (
            f"{what}: longest {longest:.1f} s of {count} ({promised}); without what slowness explains "
            f"{worst.of_its_own:.1f} s ({worst.seconds:.1f} s at {worst.slowness:.1f} times as slow), {worst.when}"
        )


@dataclass(frozen=True)
class Window:
    """When faults held, by Postgres's clock."""

    began: datetime
    ended: datetime
    faults: tuple[str, ...]


# So long after a fault nobody calls it calm yet: leases run out, processes start.
SETTLES_SECONDS = 60.0
# What was due just before a fault may have been handed over after it.
JUST_BEFORE_SECONDS = 3.0
# Due within a fault or so soon after it: the fault may be why it is late.
CONCERNED_SECONDS = 6.0
WITHOUT_REDIS = frozenset(
    {
        "redis_forgets_everything",
        "redis_freezes",
        "redis_stays_frozen",
        "redis_stays_away",
        "redis_stands_still",
        "redis_is_killed",
        "a_beat_is_killed",
        "both_beats_are_frozen",
    }
)


def note_lateness(bounds: Bounds, sql: Any, windows: list[Window]) -> None:
    """From the ledger: when each recurring job was due, and when it was handed to the workers."""
    for row in sql.execute(_HANDED_OVER).fetchall():
        what = _concern(row["due"], windows)
        if what:
            bounds.note_past(what, row["late"], f"due {row['due']:%H:%M:%S}")


def _concern(due: datetime, windows: list[Window]) -> str:
    near = [
        one
        for one in windows
        if (one.began - due).total_seconds() <= JUST_BEFORE_SECONDS
        and (due - one.ended).total_seconds() <= SETTLES_SECONDS
    ]
    if not near:
        return LATE_IN_CALM
    concerned = [one for one in near if (due - one.ended).total_seconds() <= CONCERNED_SECONDS]
    if concerned and all(WITHOUT_REDIS.issuperset(one.faults) for one in near):
        return LATE
    return ""


_HANDED_OVER = """SELECT due, extract(epoch FROM event.at - due)::float8 AS late
    FROM jobs_event AS event JOIN jobs_job AS job ON job.id = event.job_id CROSS JOIN LATERAL (
        SELECT coalesce((event.snapshot ->> 'start_time')::timestamptz, job.created_at) AS due) AS planned
    WHERE event.kind = 'job_queued' AND job.series_id IS NOT NULL AND event.attempt = 0"""

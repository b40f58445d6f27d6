"""Says what each job of a made-up history is like: all columns derive from its number, so two runs fill the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from jobs import ids

JOB_TYPES = ("bench_noop", *(f"bench_many_{number:02}" for number in range(1, 40)))
_MICRO = timedelta(microseconds=1)


@dataclass(frozen=True)
class History:
    """Says how many jobs there are, over which time, and to how many series a part of them belongs."""

    jobs: int
    since: datetime
    until: datetime
    series: int

    @property
    def step(self) -> timedelta:
        return (self.until - self.since) / self.jobs

    def first_from(self, time: datetime) -> int:
        """Returns the number of the first job that was created at this time or later."""
        return min(max(-((self.since - time) // self.step), 0), self.jobs)

    def time_of(self, number: str) -> str:
        """Returns SQL for the creation time of the job with this number."""
        return f"('{self.since.isoformat()}'::timestamptz + {number} * interval '{self.step // _MICRO} us')"

    def id_of(self, number: str) -> str:
        """Returns SQL for the id of the job with this number, as the platform makes ids."""
        return (
            f"({ids.prefix_sql(self.time_of(number))} || '8' || substr(md5(({number})::text), 1, 15))::uuid"
        )


def series_id(number: str) -> str:
    """Returns SQL for the id of the series with this number."""
    return f"md5('series' || {number})::uuid"


def draw(salt: int, number: str = "n") -> str:
    """Returns SQL for a number from 0 to 1 that seems random and depends on the job's number alone."""
    return f"((hashint8extended({number}, {salt}) & 1048575) / 1048576.0)"


def _choose(salt: int, shares: Sequence[tuple[str, float]], rest: str) -> str:
    """Returns SQL that chooses one of these with its share, else the rest."""
    cases, upto = "", 0.0
    for value, share in shares:
        upto += share
        cases += f" WHEN {draw(salt)} < {upto:.6f} THEN '{value}'"
    return f"CASE{cases} ELSE '{rest}' END"


JOB_TYPE = f"(%(types)s::text[])[1 + floor({len(JOB_TYPES)} * {draw(1)} ^ 2)::int]"
AUTHOR = _choose(2, [("ana", 0.5), ("ben", 0.3), ("cleo", 0.1495), ("rare", 0.0005)], "dora")
QUEUE = _choose(3, [("mail", 0.2), ("reports", 0.099), ("rare", 0.001)], "default")
STATE = _choose(4, [("failed", 0.08), ("terminated", 0.02)], "succeeded")
REASON = _choose(5, [("timeout", 0.15), ("worker_lost", 0.04), ("handler_not_found", 0.01)], "error")
# A tenth of the jobs are runs of series, half of them of a single one.
SERIES = (
    f"""CASE WHEN {draw(6)} < 0.05 THEN 0 WHEN {draw(6)} < 0.1 THEN floor({{series}} * {draw(7)})::int END"""
)

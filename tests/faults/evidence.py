"""What is known of a performance, gathered from outside: the callers' notes, the witness file, REST and SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.faults.witness import Run

# A process that was frozen and goes on may do a few last instructions before its fence sees the time.
THAW_SECONDS = 1.0


@dataclass
class JobRow:
    job_type: str
    state: str
    attempt: int = 1
    losses: int = 0
    interruptions: int = 0
    max_attempts: int = 1
    max_lost: int = 3
    series_id: str | None = None
    series_number: int = 0
    result_attempt: int | None = None
    mark: str = ""
    version: int = 1
    reason: str | None = None
    succeed_at: int = 0  # its handler fails in the attempts before
    kind: str = ""
    timeout_seconds: int | None = None
    error: str = ""

    @property
    def kills_itself(self) -> bool:
        return self.job_type == "vandal" or (self.job_type == "poison" and self.kind != "memory")

    def __str__(self) -> str:
        return f"{self.job_type} {self.kind}".strip()

    @property
    def may_raise(self) -> bool:
        return self.succeed_at > 1 or self.kind == "memory" or self.job_type in ("vandal", "accountant")


@dataclass
class Event:
    job_id: str
    kind: str
    attempt: int | None = None
    version: int | None = None
    early: float | None = None  # of a job_queued: seconds from then to its due time


@dataclass
class SeriesRow:
    id: str
    state: str
    last_number: int


class Socket(Protocol):
    @property
    def seen(self) -> Mapping[str, tuple[str, int]]: ...

    def wants(self, job_type: str) -> bool: ...


@dataclass
class Evidence:
    keys: Mapping[str, set[str]] = field(default_factory=dict)
    stops: Mapping[str, int] = field(default_factory=dict)
    faults: int = 0
    own_kills: int = 0  # those among them that killed the process of a run while its worker lived
    thaws: list[tuple[int, float]] = field(default_factory=list)  # (pid, when it could go on)
    runs: list[Run] = field(default_factory=list)  # read after the jobs ...
    taken_at: float = float("inf")  # ... which are as they were at this moment or a little later
    jobs: Mapping[str, JobRow] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    series: list[SeriesRow] = field(default_factory=list)
    stuck: Mapping[str, float] = field(default_factory=dict)
    patience: float = 45.0
    watchers: list[Socket] = field(default_factory=list)
    left_behind: list[str] = field(default_factory=list)  # programs and locks of jobs that have ended
    texts: Mapping[str, str] = field(default_factory=dict)
    secrets: list[str] = field(default_factory=list)

    @property
    def accepted(self) -> set[str]:
        return {job_id for ids in self.keys.values() for job_id in ids}

    def was_just_thawed(self, run: Run) -> bool:
        return any(pid == run.pid and 0 <= run.last - at <= THAW_SECONDS for pid, at in self.thaws)


def read_jobs(sql: Any) -> dict[str, JobRow]:
    rows = sql.execute(
        """SELECT job.id::text, job.job_type, state, attempt, losses, interruptions, max_attempts, max_lost,
            series_id::text, coalesce(series_number, 0) AS series_number, (result ->> 'attempt')::int AS result_attempt,
            coalesce(payload ->> 'mark', '') AS mark, job.version, reason,
            (template.document::jsonb ->> 'timeoutSeconds')::int AS timeout_seconds,
            coalesce(error ->> 'message', '') AS error,
            coalesce((payload ->> 'succeed_at')::int, 0) AS succeed_at,
            coalesce(payload ->> 'kind', payload ->> 'ways', '') AS kind
        FROM jobs_job AS job JOIN templates_app_templateversion AS template
            ON template.job_type = job.job_type AND template.number = job.template_version"""
    ).fetchall()
    return {row.pop("id"): JobRow(**row) for row in rows}


def read_events(sql: Any) -> list[Event]:
    rows = sql.execute(
        """SELECT job_id::text, kind, event.attempt, event.version, CASE kind WHEN 'job_queued' THEN extract(
                epoch FROM coalesce((snapshot ->> 'start_time')::timestamptz, job.created_at) - at
            )::float8 END AS early
        FROM jobs_event AS event JOIN jobs_job AS job ON job.id = job_id ORDER BY job_id, event.id"""
    ).fetchall()
    return [Event(**row) for row in rows]


def read_series(sql: Any) -> list[SeriesRow]:
    rows = sql.execute("SELECT id::text, state, last_number FROM jobs_series").fetchall()
    return [SeriesRow(**row) for row in rows]

"""Lines of an attempt's log as tests write and read them."""

from __future__ import annotations

from typing import Any

from jobs import transitions
from jobs.read import records
from jobs.transitions import Attempt


def line(text: str, level: str = "info") -> dict[str, Any]:
    return {"time": "2026-01-31T12:00:00Z", "level": level, "attempt": 1, "text": text}


def append(attempt: Attempt, *texts: str) -> int | None:
    lines = [line(text) for text in texts]
    return transitions.append_log(job_id=attempt.job_id, lease=attempt.lease, lines=lines)


def read(attempt: Attempt, after: int = 0, limit: int = 1000) -> list[tuple[int, str]]:
    lines = records.log_lines(attempt.job_id, after=after, limit=limit)
    return [(one["n"], one["text"]) for one in lines]

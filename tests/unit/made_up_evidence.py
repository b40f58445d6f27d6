"""Made-up evidence in which nothing is wrong, and what spoils it in more than one test file."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from tests.faults.evidence import Event, Evidence, JobRow, SeriesRow
from tests.faults.witness import Run


@dataclass
class Watcher:
    seen: dict[str, tuple[str, int]] = field(default_factory=dict)

    def wants(self, job_type: str) -> bool:
        return job_type == "laborer"


def good() -> Evidence:
    """A job that ran twice because its worker died, one that was stopped, and a series' two."""
    return Evidence(
        keys={"k1": {"lost"}, "k2": {"stopped"}},
        stops={"stopped": 200},
        faults=1,
        runs=[
            Run("lost", 1, 10, 0, 2),
            Run("lost", 2, 11, 40, 42, "returned"),
            Run("first", 1, 11, 43, 44, "raised"),
        ],
        jobs={
            "lost": JobRow(
                "laborer", "succeeded", attempt=2, interruptions=1, result_attempt=2, mark="k1", version=6
            ),
            "stopped": JobRow("laborer", "terminated", attempt=0, mark="k2", version=2),
            "first": JobRow("every", "failed", reason="error", succeed_at=9, series_id="s", series_number=1),
            "second": JobRow("every", "terminated", series_id="s", series_number=2),
        },
        events=[
            Event("lost", "job_created", 0, 1),
            Event("lost", "job_started", 1, 3),
            Event("lost", "job_retry_scheduled", 1, 4),
            Event("lost", "job_log"),
            Event("lost", "job_started", 2, 5),
            Event("lost", "job_terminated", 2, 6),
            *(Event(job_id, "job_terminated", 1, 2) for job_id in ("stopped", "first", "second")),
        ],
        series=[SeriesRow("s", "paused", 2)],
        stuck={"lost": 44.0},
        watchers=[Watcher({"lost": ("succeeded", 6), "stopped": ("terminated", 2)})],
        texts={"the log": "nothing of interest"},
        secrets=["hunter2"],
    )


def job(evidence: Evidence, job_id: str, **changes: Any) -> None:
    evidence.jobs = {**evidence.jobs, job_id: replace(evidence.jobs[job_id], **changes)}


def overlap(evidence: Evidence) -> None:
    evidence.runs[0].last = 40.5


def more_starts_than_attempts(evidence: Evidence) -> None:
    evidence.runs.append(Run("lost", 3, 12, 50, 51))

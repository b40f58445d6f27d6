"""What a job's log keeps of each attempt, and the line that stands where lines are left out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

FIRST_LINES = 2_000
LAST_LINES = 20_000
MAX_MEGABYTES = 8


def with_gaps(lines: Iterable[dict[str, Any]], *, after: int) -> list[dict[str, Any]]:
    """`lines` in the order of their numbers, from `after` on, with one more in each gap between them."""
    told: list[dict[str, Any]] = []
    for line in lines:
        if line["n"] > after + 1:
            told.append(gap(after=after, until=line["n"] - 1, time=line["time"], attempt=line["attempt"]))
        told.append(line)
        after = line["n"]
    return told


def gap(*, after: int, until: int, time: str, attempt: int) -> dict[str, Any]:
    """The line for those numbered above `after` up to `until`. It has the last one's number: who follows the
    numbers goes on behind it.
    """
    count = until - after
    left_out = f"{count:,} lines are left out here" if count > 1 else "1 line is left out here"
    kept = f"an attempt's log keeps its first {FIRST_LINES:,} and last {LAST_LINES:,} lines"
    text = f"{left_out}: {kept}, {MAX_MEGABYTES} MB in all."
    return {"n": until, "time": time, "level": "warning", "attempt": attempt, "text": text}

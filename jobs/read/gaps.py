"""Defines how many log lines an attempt keeps, and builds the gap line that is shown where log lines are missing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

FIRST_LINES = 2_000
LAST_LINES = 20_000
MAX_MEGABYTES = 8


def add_gap_lines(lines: Iterable[dict[str, Any]], *, after: int) -> list[dict[str, Any]]:
    """Returns `lines`, log lines sorted by number from above `after`, with a gap line wherever numbers are missing."""
    found: list[dict[str, Any]] = []
    for line in lines:
        if line["n"] > after + 1:
            found.append(
                gap_line(after=after, until=line["n"] - 1, time=line["time"], attempt=line["attempt"])
            )
        found.append(line)
        after = line["n"]
    return found


def gap_line(*, after: int, until: int, time: str, attempt: int) -> dict[str, Any]:
    """Returns the gap line, which says how many log lines are missing: those with the numbers `after` + 1 to `until`.

    Its number is `until`, so a client that asks for the lines after the last number it has continues behind the gap.
    """
    count = until - after
    left_out = f"{count:,} lines are left out here" if count > 1 else "1 line is left out here"
    kept = f"an attempt's log keeps its first {FIRST_LINES:,} and last {LAST_LINES:,} lines"
    text = f"{left_out}: {kept}, {MAX_MEGABYTES} MB in all."
    return {"n": until, "time": time, "level": "warning", "attempt": attempt, "text": text}

"""What a running attempt says of itself: progress and log lines, buffered by the handler's thread, stored by another.

The handler never waits for the database: it only leaves things here.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any

from jobs import transitions
from jobs.running.redaction import Redaction
from jobs.transitions import Attempt

MOST_LINES = 10_000
MOST_CHARACTERS = 4 * 1024 * 1024
LONGEST_LINE = 8 * 1024
LINES_A_CHUNK = 500


class Reporter:
    """The buffer of one attempt, used by the handler's thread, its guardian and whatever threads it starts."""

    def __init__(self, attempt: Attempt) -> None:
        self.attempt = attempt
        self.redaction = Redaction()
        self._lock = threading.Lock()
        self._flushing = threading.Lock()
        self._lines: list[dict[str, Any]] = []
        self._kept = self._kept_characters = 0
        self._dropped = 0
        self._progress: tuple[int, str] | None = None

    def progress(self, percent: int, message: str) -> None:
        with self._lock:
            self._progress = (percent, self._tellable(message)[:LONGEST_LINE])

    def log(self, level: str, text: str) -> None:
        if self._is_full:
            with self._lock:
                self._dropped += text.count("\n") + 1
            return
        for line in self._tellable(text).splitlines() or [""]:
            self._keep(level, line[:LONGEST_LINE])

    @property
    def _is_full(self) -> bool:
        return self._kept >= MOST_LINES or self._kept_characters >= MOST_CHARACTERS

    def _keep(self, level: str, line: str) -> None:
        with self._lock:
            if self._is_full:
                self._dropped += 1
                return
            self._kept += 1
            self._kept_characters += len(line)
            self._lines.append({"time": _now(), "level": level, "attempt": self.attempt.number, "text": line})

    @property
    def pending(self) -> bool:
        return bool(self._lines or self._progress)

    def flush(self, *, last: bool = False) -> None:
        """Store what was left here. `last`: also say how many lines were over the limit.

        What is stored leaves the buffer only then: after a database error it is still here for the next try.
        """
        with self._flushing:
            if last and self._dropped:
                self._note_dropped()
            while lines := self._lines[:LINES_A_CHUNK]:
                transitions.append_log(job_id=self.attempt.job_id, lease=self.attempt.lease, lines=lines)
                with self._lock:
                    del self._lines[: len(lines)]
            if progress := self._progress:
                percent, message = progress
                job_id, lease = self.attempt.job_id, self.attempt.lease
                transitions.report_progress(job_id=job_id, lease=lease, percent=percent, message=message)
                with self._lock:
                    if self._progress is progress:
                        self._progress = None

    def _tellable(self, text: str) -> str:
        """Redacted before it is cut anywhere: a part of a secret is none that would be found."""
        return storable(self.redaction.text(text))

    def _note_dropped(self) -> None:
        note = f"{self._dropped} more lines were not kept: an attempt's log holds {MOST_LINES} lines, 4 MB in all."
        with self._lock:
            self._lines.append(
                {"time": _now(), "level": "warning", "attempt": self.attempt.number, "text": note}
            )
            self._dropped = 0


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def storable(text: str) -> str:
    """Text that Postgres takes: no NUL, no half surrogate pairs."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\\0")

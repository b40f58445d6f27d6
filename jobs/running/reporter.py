"""What a running attempt says of itself: progress and log lines, kept here until they are stored."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.db import Error as DatabaseError

from foundation.database_errors import first_line, is_refused_value
from handlers._unfinished_line import last_state
from jobs import transitions
from jobs.running.log_buffer import Block, LogBuffer
from jobs.running.redaction import Redaction
from jobs.transitions import Attempt

log = logging.getLogger(__name__)

MAX_LINE = 8 * 1024
MAX_LEVEL = 20
# Of chunks, twice a second: so much is stored of a handler that prints without a pause.
CHUNKS_A_FLUSH = 2


class Reporter:
    """The buffer of one attempt, filled and stored by its slot: the handler waits for no database."""

    def __init__(self, attempt: Attempt) -> None:
        self.attempt = attempt
        self.redaction = Redaction()
        self._log = LogBuffer()
        self._outdated: list[int] = []
        self._progress: tuple[int, str] | None = None

    def progress(self, percent: int, message: str) -> None:
        self._progress = (percent, self._tellable(message)[:MAX_LINE])

    def log(self, level: str, text: str) -> None:
        time, level = _now(), storable(level)[:MAX_LEVEL]
        for line in _lines_of(self._tellable(text)):
            self._log.add(time, level, line[:MAX_LINE])

    @property
    def pending(self) -> bool:
        return bool(self._log or self._outdated or self._progress)

    def flush(self, *, last: bool = False) -> None:
        """Store what was left here. `last`: all of it, else as much as a busy handler is worth at one time.

        Raises a DatabaseError where the database is away; what is not stored by then is stored at the next call.
        """
        chunks = 0
        while (last or chunks < CHUNKS_A_FLUSH) and (block := self._log.next_block()):
            self._store(block)
            chunks += 1
        self._forget_outdated()
        if last and (excess := self._log.excess()):
            transitions.shorten_log(job_id=self.attempt.job_id, lease=self.attempt.lease, **excess._asdict())
        if self._progress:
            percent, message = self._progress
            transitions.report_progress(
                job_id=self.attempt.job_id, lease=self.attempt.lease, percent=percent, message=message
            )
            self._progress = None

    def _store(self, block: Block) -> None:
        """If the database refuses a value among the lines, which no second try would change, a note stands there."""
        lines = [self._as_json(line.time, line.level, line.text) for line in block.lines]
        try:
            number = self._append(lines, block.skipped)
        except DatabaseError as exc:
            if not is_refused_value(exc):
                raise
            log.error("log lines of job %s were refused: %s", self.attempt.job_id, first_line(exc))
            note = f"Lines are missing here, {len(lines)} in all: the database refused them."
            self._append([self._as_json(_now(), "warning", note)], block.skipped)
            number = None
        self._log.note_stored(block, number)

    def _append(self, lines: list[dict[str, Any]], skipped: int) -> int | None:
        return transitions.append_log(
            job_id=self.attempt.job_id, lease=self.attempt.lease, lines=lines, skipped=skipped
        )

    def _forget_outdated(self) -> None:
        self._outdated += self._log.take_outdated()
        if self._outdated:
            transitions.forget_log(
                job_id=self.attempt.job_id, lease=self.attempt.lease, first_numbers=self._outdated
            )
            self._outdated = []

    def _as_json(self, time: str, level: str, text: str) -> dict[str, Any]:
        return {"time": time, "level": level, "attempt": self.attempt.number, "text": text}

    def _tellable(self, text: str) -> str:
        """Redacted before it is cut anywhere: a part of a secret is none that would be found."""
        return storable(self.redaction.text(text))


def _lines_of(text: str) -> Iterator[str]:
    """What a terminal would show as lines: an end at the end begins no further one."""
    for part in text.removesuffix("\n").split("\n"):
        yield from last_state(part).splitlines() or [""]


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def storable(text: str) -> str:
    """Text that Postgres takes: no NUL, no half surrogate pairs."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\\0")

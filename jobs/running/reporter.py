"""Buffers, in the worker slot, the progress and log lines of a running attempt, and stores them redacted."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.db import Error as DatabaseError

from foundation.database_errors import first_line, is_refused_value
from foundation.masking.current import get_platform_masking
from handlers._unfinished_line import get_visible_text
from handlers.context import LEVELS
from jobs import transitions
from jobs.running.log_buffer import Block, LogBuffer
from jobs.transitions import Attempt

log = logging.getLogger(__name__)

MAX_LINE = 8 * 1024
MAX_LEVEL = 20
# A flush comes twice a second: this bounds what is stored of a handler that prints without a pause.
MAX_CHUNKS_PER_FLUSH = 2


class Reporter:
    """Buffers progress and log lines of one attempt. The worker slot stores them, so the job handler need not wait."""

    def __init__(self, attempt: Attempt) -> None:
        self.attempt = attempt
        self.redaction = get_platform_masking()
        self._log = LogBuffer()
        self._outdated: list[int] = []
        self._progress: tuple[int, str] | None = None

    def progress(self, percent: int, message: str) -> None:
        """Buffers the redacted progress. It replaces an earlier one, so that `flush` stores only the last."""
        self._progress = (percent, self._redact(message)[:MAX_LINE])

    def log(self, level: str, text: str) -> None:
        """Buffers the lines of a text, truncated to their maximum length; `flush` redacts them, many at once."""
        time = _now()
        if level not in LEVELS:
            level = self._redact(level)[:MAX_LEVEL]
        # What is found here could not be found in the lines, which are cut and may lack what was overwritten.
        text = (
            self._redact(text)
            if len(text) > MAX_LINE or "\n" in text or "\r" in text
            else make_storable(text)
        )
        for line in _split_lines(text):
            self._log.add(time, level, line[:MAX_LINE])

    @property
    def has_pending(self) -> bool:
        """Returns whether there is anything for `flush` to store or delete."""
        return bool(self._log or self._outdated or self._progress)

    def flush(self, *, last: bool = False) -> None:
        """Stores the buffered log lines and progress; unless `last` is set, at most MAX_CHUNKS_PER_FLUSH log chunks.

        Raises a DatabaseError if the database cannot be reached; the next call then stores what remains.
        """
        chunks = 0
        while (last or chunks < MAX_CHUNKS_PER_FLUSH) and (block := self._log.next_block()):
            self._store_block(block)
            chunks += 1
        self._forget_outdated()
        if last and (excess := self._log.find_excess()):
            transitions.trim_log_chunk(
                job_id=self.attempt.job_id, lease=self.attempt.lease, **excess._asdict()
            )
        if self._progress:
            percent, message = self._progress
            transitions.report_progress(
                job_id=self.attempt.job_id, lease=self.attempt.lease, percent=percent, message=message
            )
            self._progress = None

    def _store_block(self, block: Block) -> None:
        """Stores a block of log lines, or a note in their place if the database refuses a value in them."""
        texts = self.redaction.redact_lines([line.text for line in block.lines])
        lines = [
            self._as_json(line.time, line.level, text[:MAX_LINE])
            for line, text in zip(block.lines, texts, strict=True)
        ]
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
            transitions.delete_log_chunks(
                job_id=self.attempt.job_id, lease=self.attempt.lease, first_numbers=self._outdated
            )
            self._outdated = []

    def _as_json(self, time: str, level: str, text: str) -> dict[str, Any]:
        return {"time": time, "level": level, "attempt": self.attempt.number, "text": text}

    def _redact(self, text: str) -> str:
        """Returns the text redacted and storable. Call it before truncating: half a secret would not be found."""
        return make_storable(self.redaction.redact_text(text))


def _split_lines(text: str) -> Iterator[str]:
    """Yields the lines of a text as a terminal would show them. A line feed at its end begins no further line."""
    for part in text.removesuffix("\n").split("\n"):
        yield from get_visible_text(part).splitlines() or [""]


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def make_storable(text: str) -> str:
    """Returns the text with replacements for what Postgres refuses: NUL characters and half surrogate pairs."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\\0")

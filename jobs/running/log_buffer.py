"""Selects which log lines of an attempt are stored: the first FIRST_LINES and the last LAST_LINES.

The buffer is bounded. If a job handler prints faster than its lines are stored, the oldest waiting lines are dropped:
they would not be among the last ones anyway. Nothing here uses the database.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from jobs.read.gaps import FIRST_LINES, LAST_LINES, MAX_MEGABYTES

MAX_BYTES = MAX_MEGABYTES * 1024 * 1024
# Long first lines must leave room for the last ones, which show failures.
FIRST_BYTES = MAX_BYTES // 4
LINES_PER_CHUNK = 500
BYTES_PER_CHUNK = 256 * 1024


class Line(NamedTuple):
    """Holds a log line with its time and level, and the size of its text in bytes."""

    time: str
    level: str
    text: str
    size: int


class Block(NamedTuple):
    """Holds log lines to store together. `skipped` is how many lines right before them were dropped."""

    lines: list[Line]
    skipped: int
    is_first: bool


class _Chunk(NamedTuple):
    """Describes a stored chunk of the last lines: the number of its first line, and how many lines and bytes it has."""

    first: int
    lines: int
    size: int


class Excess(NamedTuple):
    """Says which stored log lines to delete: those before number `keep_from` in the chunk that begins with `first`."""

    first: int
    keep_from: int


class LogBuffer:
    """Buffers the log lines of one attempt until they are stored, and finds stored lines that are to be deleted."""

    def __init__(self) -> None:
        self._first: deque[Line] = deque()
        self._last: deque[Line] = deque()
        self._room = FIRST_LINES
        self._room_bytes = FIRST_BYTES
        self._waiting_bytes = 0  # of self._last
        self._skipped = 0
        self._chunks: deque[_Chunk] = deque()
        self._stored = self._stored_bytes = 0  # of self._chunks

    def __bool__(self) -> bool:
        return bool(self._first or self._last)

    def add(self, time: str, level: str, text: str) -> None:
        """Adds a line; drops the oldest waiting lines that can no longer be among the last lines of the attempt."""
        line = Line(time, level, text, len(text) if text.isascii() else len(text.encode()))
        if self._room and line.size > self._room_bytes:
            self._room = 0
        if self._room:
            self._room -= 1
            self._room_bytes -= line.size
            self._first.append(line)
            return
        self._last.append(line)
        self._waiting_bytes += line.size
        while len(self._last) > LAST_LINES or self._waiting_bytes > self._max_last_bytes:
            self._waiting_bytes -= self._last.popleft().size
            self._skipped += 1

    @property
    def _max_last_bytes(self) -> int:
        """Returns how many bytes the last lines may have: MAX_BYTES without what the first lines use."""
        return MAX_BYTES - FIRST_BYTES + self._room_bytes

    def next_block(self) -> Block | None:
        """Returns the oldest waiting lines, at most as many as one stored chunk holds; None if no line waits.

        The lines stay in the buffer until `note_stored` is called.
        """
        waiting = self._first or self._last
        if not waiting:
            return None
        size = 0
        lines: list[Line] = []
        for line in waiting:
            if len(lines) == LINES_PER_CHUNK or (lines and size + line.size > BYTES_PER_CHUNK):
                break
            lines.append(line)
            size += line.size
        is_first = waiting is self._first
        return Block(lines, 0 if is_first else self._skipped, is_first)

    def note_stored(self, block: Block, number: int | None) -> None:
        """Removes the lines of a stored block from the buffer.

        `number` is the number of its first line in the log; None if the stored lines need not be deleted later.
        """
        waiting = self._first if block.is_first else self._last
        for _ in block.lines:
            waiting.popleft()
        if block.is_first:
            return
        size = sum(line.size for line in block.lines)
        self._waiting_bytes -= size
        self._skipped = 0
        if number is not None:
            self._chunks.append(_Chunk(number, len(block.lines), size))
            self._stored += len(block.lines)
            self._stored_bytes += size

    def take_outdated(self) -> list[int]:
        """Returns the stored chunks no longer among the last lines, by the numbers of their first lines, each once."""
        outdated = []
        while self._chunks and (
            self._stored - self._chunks[0].lines >= LAST_LINES or self._stored_bytes > self._max_last_bytes
        ):
            chunk = self._chunks.popleft()
            self._stored -= chunk.lines
            self._stored_bytes -= chunk.size
            outdated.append(chunk.first)
        return outdated

    def find_excess(self) -> Excess | None:
        """Returns which stored lines exceed LAST_LINES; None if there are none.

        While a job runs only whole chunks are deleted, so at its end the oldest chunk may hold lines too many.
        """
        lines = self._stored - LAST_LINES
        if lines <= 0:
            return None
        first = self._chunks[0].first
        return Excess(first, first + lines)

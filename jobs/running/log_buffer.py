"""Selects the lines of an attempt's log that are stored: the first ones, and of all others the last.

The buffer is bounded. If a handler prints faster than its lines are stored, the oldest waiting lines are dropped: they
would not be among the last ones anyway. Uses no database.
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
    """Holds a log line and its size in bytes."""

    time: str
    level: str
    text: str
    size: int


class Block(NamedTuple):
    """Holds lines to store together. `skipped` counts the lines right before them that were dropped."""

    lines: list[Line]
    skipped: int
    is_first: bool


class _Chunk(NamedTuple):
    """Describes a stored chunk of the last lines: the number of its first line, its lines and bytes."""

    first: int
    lines: int
    size: int


class Excess(NamedTuple):
    """Says which lines of the stored chunk that begins with line `first` to delete: those before line `keep_from`."""

    first: int
    keep_from: int


class LogBuffer:
    """Buffers the lines of one attempt that wait to be stored, and remembers which stored ones may become outdated."""

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
        """Adds a line; drops waiting lines that by now are too old for the last ones."""
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
        """Returns the bytes that the first lines leave for the last ones."""
        return MAX_BYTES - FIRST_BYTES + self._room_bytes

    def next_block(self) -> Block | None:
        """Returns the oldest waiting lines, at most one chunk of them; None if none wait.

        They stay in the buffer until `note_stored`.
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
        """Removes a block that was stored.

        `number` is that of its first line in the log; None if the block can never become outdated.
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
        """Returns the first line numbers of stored chunks that are no longer among the last lines, each once."""
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

        While a handler runs only whole chunks are deleted, so the oldest chunk may hold some.
        """
        lines = self._stored - LAST_LINES
        if lines <= 0:
            return None
        first = self._chunks[0].first
        return Excess(first, first + lines)

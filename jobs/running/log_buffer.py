"""Which lines of an attempt's log are kept: its first ones, and of all others the last.

What waits to be stored is bounded, so a handler that prints faster than is stored costs neither memory nor writes
without end: of what waits, the oldest lines are left out, and they would not be among the last anyway. No database.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from jobs.read.gaps import FIRST_LINES, LAST_LINES, MAX_MEGABYTES

MAX_BYTES = MAX_MEGABYTES * 1024 * 1024
# Long lines at the beginning must leave room for the end, where failures are.
FIRST_BYTES = MAX_BYTES // 4
LINES_A_CHUNK = 500
BYTES_A_CHUNK = 256 * 1024


class Line(NamedTuple):
    time: str
    level: str
    text: str
    size: int


class Block(NamedTuple):
    """Lines to store together; `skipped`: so many right before them are left out."""

    lines: list[Line]
    skipped: int
    is_first: bool


class _Chunk(NamedTuple):
    """Some of the last lines as they are stored; `first` is the number of its first."""

    first: int
    lines: int
    size: int


class Excess(NamedTuple):
    """The stored chunk that begins with line number `first` holds lines to delete: those before number `keep_from`."""

    first: int
    keep_from: int


class LogBuffer:
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
        while len(self._last) > LAST_LINES or self._waiting_bytes > self._most_bytes:
            self._waiting_bytes -= self._last.popleft().size
            self._skipped += 1

    @property
    def _most_bytes(self) -> int:
        """What the first lines leave for the last."""
        return MAX_BYTES - FIRST_BYTES + self._room_bytes

    def next_block(self) -> Block | None:
        """The oldest lines that wait, as many as one chunk takes. They wait until `note_stored`."""
        waiting = self._first or self._last
        if not waiting:
            return None
        size = 0
        lines: list[Line] = []
        for line in waiting:
            if len(lines) == LINES_A_CHUNK or (lines and size + line.size > BYTES_A_CHUNK):
                break
            lines.append(line)
            size += line.size
        is_first = waiting is self._first
        return Block(lines, 0 if is_first else self._skipped, is_first)

    def note_stored(self, block: Block, number: int | None) -> None:
        """`number`: that of its first line in the log; None if it is nothing that could become outdated."""
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
        """The first numbers of stored chunks that are no longer among the last lines."""
        outdated = []
        while self._chunks and (
            self._stored - self._chunks[0].lines >= LAST_LINES or self._stored_bytes > self._most_bytes
        ):
            chunk = self._chunks.popleft()
            self._stored -= chunk.lines
            self._stored_bytes -= chunk.size
            outdated.append(chunk.first)
        return outdated

    def excess(self) -> Excess | None:
        """Return which stored lines are more than LAST_LINES; None if there are none.

        While a handler runs only whole chunks are deleted, so the oldest one may hold some.
        """
        lines = self._stored - LAST_LINES
        if lines <= 0:
            return None
        first = self._chunks[0].first
        return Excess(first, first + lines)

"""A line of text that has not ended yet, as a terminal would show it."""

from __future__ import annotations

# A line that does not end is kept to here, so that a secret value in it is found whole before the line is cut.
MAX_UNBROKEN = 1024 * 1024


class UnfinishedLine:
    """A carriage return begins the line anew: of a progress bar the last state is left, however often it was drawn."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._size = 0
        self._returned = False

    def __bool__(self) -> bool:
        return self._size > 0

    def add(self, part: str) -> None:
        """A part without a line feed."""
        drawn = part.rstrip("\r")
        if drawn:
            kept_from = drawn.rfind("\r") + 1
            if kept_from or self._returned:
                self._parts, self._size = [], 0
            if self._size < MAX_UNBROKEN:
                room = MAX_UNBROKEN - self._size
                shown = drawn[kept_from : kept_from + room]
                self._parts.append(shown)
                self._size += len(shown)
        self._returned = part.endswith("\r") or (self._returned and not drawn)

    def take(self) -> str:
        """The line as it is when it ends; the next one begins empty."""
        line = "".join(self._parts)
        self._parts, self._size, self._returned = [], 0, False
        return line


def last_state(line: str) -> str:
    """What is left of a line with carriage returns in it."""
    return line.rstrip("\r").rpartition("\r")[2]

"""Assembles a line of output that has not ended yet, as a terminal would show it."""

from __future__ import annotations

# What is kept of a line that does not end: enough that secret values are redacted before the line is cut.
MAX_UNBROKEN = 1024 * 1024


class UnfinishedLine:
    """Holds the line's parts. A carriage return clears the line, so only the last state of a progress bar is left."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._size = 0
        self._returned = False

    def __bool__(self) -> bool:
        return self._size > 0

    def add(self, part: str) -> None:
        """Adds a part that has no line feed."""
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
        """Returns the line, which ends here, and begins an empty one."""
        line = "".join(self._parts)
        self._parts, self._size, self._returned = [], 0, False
        return line


def get_visible_text(line: str) -> str:
    """Returns what a terminal shows of a line with carriage returns: the text behind the last one."""
    return line.rstrip("\r").rpartition("\r")[2]

"""Assembles a line of a program's output while its parts arrive, as a terminal would show it."""

from __future__ import annotations

# What is kept of a line that does not end: enough that secret values are redacted before the line is cut.
MAX_UNBROKEN = 1024 * 1024


class UnfinishedLine:
    """Collects the parts of an output line. Text after a carriage return replaces the line, as for a progress bar."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._size = 0
        self._returned = False

    def __bool__(self) -> bool:
        return self._size > 0

    def add(self, part: str) -> None:
        """Appends a part of the output line, which must not contain a line feed."""
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
        """Returns the collected line, which is now complete, and empties this object for the next line."""
        line = "".join(self._parts)
        self._parts, self._size, self._returned = [], 0, False
        return line


def get_visible_text(line: str) -> str:
    """Returns what a terminal shows of an output line with carriage returns: the text after the last of them."""
    return line.rstrip("\r").rpartition("\r")[2]

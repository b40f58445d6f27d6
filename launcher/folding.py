"""Tracebacks of lost connections, folded to their last line: Celery's beat ends with two while Redis is away."""

from __future__ import annotations

import re

_FIRST = "Traceback (most recent call last):"
_BETWEEN = ("During handling of the above exception", "The above exception was the direct cause")
_LOST = re.compile(r"[\w.]*(Connection\w*Error|TimeoutError|BusyLoadingError)\b")


class Folding:
    """Lines in, lines to show out. Any other traceback comes out whole, when it has ended."""

    def __init__(self) -> None:
        self._held: list[str] = []
        self._last = ""

    def feed(self, line: str) -> list[str]:
        if line.startswith(_FIRST) or (self._held and self._goes_on(line)):
            self._held.append(line)
            return []
        return [*self.close(), line]

    def close(self) -> list[str]:
        """What is held back, at the end of the output."""
        held, last, self._held, self._last = self._held, self._last, [], ""
        return [last] if _LOST.match(last) else held

    def _goes_on(self, line: str) -> bool:
        if not line or line[0].isspace() or line.startswith(_BETWEEN):
            return True
        if self._held[-1][:1].isspace():  # the exception itself, below the frames
            self._last = line
            return True
        return False

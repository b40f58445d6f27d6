"""What a running attempt must not tell: its secret values are cut out of everything it says."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from typing import Any
from urllib.parse import quote, quote_plus

from templates_app.payload_schema import MARKER

# A shorter line of a value that has many is no secret by itself, such as a brace.
SHORTEST_LINE = 4


class Redaction:
    """Knows the live values; with none it changes nothing."""

    def __init__(self, values: Collection[str] = ()) -> None:
        spellings = {spelling for value in values for part in _parts(value) for spelling in _spellings(part)}
        # The longest first: a value may be a part of another.
        longest_first = sorted(spellings, key=len, reverse=True)
        self._found = re.compile("|".join(map(re.escape, longest_first))) if spellings else None

    @property
    def knows_any(self) -> bool:
        return self._found is not None

    def text(self, text: str) -> str:
        return self._found.sub(MARKER, text) if self._found else text

    def json(self, value: Any) -> Any:
        """The same for every text in a JSON value, names of fields too, and for a number that is a value."""
        if self._found is None:
            return value
        if isinstance(value, dict):
            return {self.text(key): self.json(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.json(item) for item in value]
        if isinstance(value, int | float) and self._found.fullmatch(str(value)):
            return MARKER
        return self.text(value) if isinstance(value, str) else value


def _parts(value: str) -> Iterator[str]:
    """The value, and each of its lines: logs come line by line."""
    if value:
        yield value
    for line in value.splitlines():
        if len(line.strip()) >= SHORTEST_LINE:
            yield line.strip()


def _spellings(value: str) -> set[str]:
    """As it is, and as JSON, Python's repr or an address would write it."""
    return {
        value,
        json.dumps(value)[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1],
        repr(value)[1:-1],
        quote(value, safe=""),
        quote_plus(value),
    }

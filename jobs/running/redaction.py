"""Replaces the secret values in a job's payload by a marker in everything that its attempt logs, returns or raises."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from typing import Any
from urllib.parse import quote, quote_plus

from templates_app.payload_schema import MARKER

# Of a secret with many lines, a line shorter than this (such as a brace) is no secret by itself.
MIN_LINE_CHARACTERS = 4


class Redaction:
    """Replaces each of the given secret values by MARKER in texts and JSON values. Without values changes nothing."""

    def __init__(self, values: Collection[str] = ()) -> None:
        spellings = {
            spelling for value in values for part in _split_lines(value) for spelling in _list_spellings(part)
        }
        # The longest first: a value may be a part of another.
        longest_first = sorted(spellings, key=len, reverse=True)
        self._found = re.compile("|".join(map(re.escape, longest_first))) if spellings else None

    @property
    def has_values(self) -> bool:
        """Returns whether there is any secret value to replace."""
        return self._found is not None

    def redact_text(self, text: str) -> str:
        """Returns the text with each secret value replaced by MARKER."""
        return self._found.sub(MARKER, text) if self._found else text

    def redact_json(self, value: Any) -> Any:
        """Returns a JSON value with MARKER for each secret value in its texts and keys and each number that is one."""
        if self._found is None:
            return value
        if isinstance(value, dict):
            return {self.redact_text(key): self.redact_json(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.redact_json(item) for item in value]
        if isinstance(value, int | float) and self._found.fullmatch(str(value)):
            return MARKER
        return self.redact_text(value) if isinstance(value, str) else value


def _split_lines(value: str) -> Iterator[str]:
    """Yields the secret value and each of its longer lines, because logs are redacted line by line."""
    if value:
        yield value
    for line in value.splitlines():
        if len(line.strip()) >= MIN_LINE_CHARACTERS:
            yield line.strip()


def _list_spellings(value: str) -> set[str]:
    """Returns the secret value as it is, and as JSON, Python's `repr` and URLs write it."""
    return {
        value,
        json.dumps(value)[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1],
        repr(value)[1:-1],
        quote(value, safe=""),
        quote_plus(value),
    }

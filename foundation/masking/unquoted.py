"""Reads a text without the %XX of URLs, whatever characters its writer has left as they are, and finds places again."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from urllib.parse import unquote

_QUOTED = re.compile("((?:%[0-9A-Fa-f]{2})+)")


class Unquoted:
    """Holds a text whose %XX are decoded, and finds the place in the original text for a place in it."""

    def __init__(self, text: str) -> None:
        self._pieces: list[tuple[str, str]] = []  # as written, as decoded
        for number, run in enumerate(_QUOTED.split(text)):
            self._pieces += _decode(run) if number % 2 else [(run, run)]
        self.text = "".join(decoded for _, decoded in self._pieces)
        self._starts = list(accumulate((len(decoded) for _, decoded in self._pieces), initial=0))
        self._written = list(accumulate((len(written) for written, _ in self._pieces), initial=0))

    def find_written(self, start: int, end: int) -> tuple[int, int]:
        """Returns where the characters from `start` to `end` of the decoded text stand in the text as it is written."""
        return self._find(start), self._find(end - 1, behind=True)

    def _find(self, place: int, *, behind: bool = False) -> int:
        number = bisect_right(self._starts, place) - 1
        written, decoded = self._pieces[number]
        if written is decoded:
            return self._written[number] + place - self._starts[number] + behind
        return self._written[number + behind]


def has_quoted(text: str) -> bool:
    """Returns whether the text has a %XX."""
    return "%" in text and _QUOTED.search(text) is not None


def _decode(run: str) -> list[tuple[str, str]]:
    """Returns the characters that a run of %XX stands for, each with how it is written."""
    found, place = [], 0
    for character in unquote(run, errors="surrogateescape"):
        size = 3 * len(character.encode("utf-8", "surrogateescape"))
        found.append((run[place : place + size], character))
        place += size
    return found

"""Replaces secret values by MARKER in texts and in JSON values."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import unquote

from foundation.masking import MARKER
from foundation.masking.needles import Needles, Span
from foundation.masking.parts import MIN_CHARACTERS, list_parts
from foundation.masking.spellings import list_base64_spellings, list_plain_spellings
from foundation.masking.unquoted import Unquoted, has_quoted

# A value with more parts (lines) than this is searched for in base64 only as a whole, and a longer part not at all.
MAX_ENCODED_PARTS, MAX_ENCODED_CHARACTERS = 100, 128 * 1024


class Masking:
    """Replaces each of the given secret values, and their parts, by MARKER, in whatever spelling they stand.

    `also` is another masking that is applied with it. Values of less than MIN_CHARACTERS are not searched for.
    """

    def __init__(
        self,
        values: Iterable[str] = (),
        *,
        also: Masking | None = None,
        split: Callable[[str], set[str]] = list_parts,
    ) -> None:
        parts = {value: split(value) for value in values}
        spellings = {
            text for found in parts.values() for part in found for text in list_plain_spellings(part)
        }
        for value, found in parts.items():
            for part in found if len(found) <= MAX_ENCODED_PARTS else found & {value}:
                if len(part) <= MAX_ENCODED_CHARACTERS:
                    spellings |= list_base64_spellings(part)
        self._numbers = set(_list_numbers({part for found in parts.values() for part in found}))
        self._searches: list[Needles] = also._searches[:] if also else []
        if also:
            self._numbers |= also._numbers
        if spellings:
            self._searches.append(Needles({text for text in spellings if len(text) >= MIN_CHARACTERS}))

    def redact_text(self, text: str, *, keep: int | None = None) -> str:
        """Returns the text with each secret value replaced by MARKER.

        Of a text that has to be cut only the first `keep` characters are returned. A secret that begins in them is
        searched for behind them, too: a mere beginning of one must look like any text, or else whoever writes the text
        could guess the secret letter by letter.
        """
        spans = self._find_all(text)
        if keep is not None:
            text = text[:keep]
            spans = [(start, min(end, keep)) for start, end in spans if start < keep]
        return _replace(text, spans) if spans else text

    def redact_lines(self, lines: Sequence[str]) -> list[str]:
        """Returns the lines of a log with each secret value replaced, also one that goes over several of them.

        Lines are searched together, because most of them have none, and one search costs as much as several lines.
        """
        spans = self._find_all("\n".join(lines))
        if not spans:
            return list(lines)
        left, redacted, start = deque(spans), [], 0
        for line in lines:
            end = start + len(line)
            inside = []
            while left and left[0][0] < end:
                begin, stop = left[0]
                inside.append((max(0, begin - start), min(stop, end) - start))
                if stop > end:  # it goes on in the next line
                    break
                left.popleft()
            redacted.append(_replace(line, inside))
            start = end + 1
            while left and left[0][1] <= start:
                left.popleft()
        return redacted

    def _find_all(self, text: str) -> list[Span]:
        spans = [*self._find_spans(text)]
        if has_quoted(text) and any(needles.may_be_in(unquote(text)) for needles in self._searches):
            unquoted = Unquoted(text)
            spans += [unquoted.find_written(*span) for span in self._find_spans(unquoted.text)]
        return _merge(spans)

    def _find_spans(self, text: str) -> Iterator[Span]:
        for needles in self._searches:
            if needles.may_be_in(text):
                yield from needles.find_in(text)

    def redact_json(self, value: Any) -> Any:
        """Returns a JSON value with MARKER for each secret value in its texts and keys and each number that is one."""
        if isinstance(value, str):
            return self.redact_text(value)
        if isinstance(value, dict):
            return {self.redact_text(key): self.redact_json(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.redact_json(item) for item in value]
        if self._numbers and isinstance(value, int | float) and not isinstance(value, bool):
            return MARKER if value in self._numbers and len(str(value)) >= MIN_CHARACTERS else value
        return value


def _merge(spans: Collection[Span]) -> list[Span]:
    """Returns the spans from the left, those that touch as one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _replace(text: str, spans: Iterable[Span]) -> str:
    """Returns the text with MARKER for each of the spans, which are in order."""
    pieces, place = [], 0
    for start, end in spans:
        pieces += [text[place:start], MARKER]
        place = end
    return "".join([*pieces, text[place:]])


def _list_numbers(parts: Collection[str]) -> Iterator[int | float]:
    for part in parts:
        for kind in (int, float):
            with suppress(ValueError):
                yield kind(part)

"""Searches texts for many secret texts at once, in time that grows with the text and not with their number.

A secret text longer than two pieces is searched in pieces, so that a long part of it is found, too: of a text that was
cut, or wrapped into lines.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import takewhile

import jsonschema_rs

GRAM, PIECE, WINDOW = 4, 32, 256
# How many places of a piece are remembered, of texts that repeat themselves and of spellings that differ little.
MAX_PLACES = 8
# The filter needs some 150 bytes of memory for each character.
MAX_FILTER_CHARACTERS = 64 * 1024
_FILTER_BYTES = 32 * 1024 * 1024
Span = tuple[int, int]


class Needles:
    """Holds secret texts of at least GRAM characters, and finds them in other texts."""

    def __init__(self, texts: Collection[str]) -> None:
        # Of each piece: the long texts, and where in them.
        self._places: dict[str, list[tuple[str, int]]] = {}
        self._literals = {piece for text in texts for piece in self._list_pieces(text)}
        # By the first characters of literals: how long they are, the longest first.
        self._lengths: dict[str, tuple[int, ...]] = {}
        for literal in self._literals:
            lengths = self._lengths.get(literal[:GRAM], ())
            if len(literal) not in lengths:
                self._lengths[literal[:GRAM]] = tuple(sorted((*lengths, len(literal)), reverse=True))
        self._filter = _make_filter(self._literals)

    def _list_pieces(self, text: str) -> Iterator[str]:
        if len(text) < 2 * PIECE:
            yield text
            return
        for start in {*range(0, len(text) - PIECE, PIECE), len(text) - PIECE}:
            piece = text[start : start + PIECE]
            if not piece.isspace():
                places = self._places.setdefault(piece, [])
                if len(places) < MAX_PLACES:
                    places.append((text, start))
                yield piece

    def may_be_in(self, text: str) -> bool:
        """Returns False if none of the secret texts is in the text; quick, as nearly all texts have none."""
        if not self._literals:
            return False
        if self._filter is None:
            return True
        try:
            return self._filter.is_valid(text)
        except UnicodeEncodeError:  # half a surrogate pair
            return True

    def find_in(self, text: str) -> Iterator[Span]:
        """Yields where secret texts stand, from the left, one after another or overlapping."""
        covered = 0
        for start in self._list_places(text):
            for length in self._lengths.get(text[start : start + GRAM], ()):
                found = text[start : start + length]
                if found not in self._literals:
                    continue
                end = start + len(found)  # less than `length` behind it, if the text ends before
                if end > covered:
                    span = self._extend(text, start, found) if found in self._places else (start, end)
                    covered = span[1]
                    yield span
                break

    def _list_places(self, text: str) -> Iterator[int]:
        """Yields where a literal may begin; leaves out the windows of the text in which the filter finds none."""
        for begin in range(0, len(text) - GRAM + 1, WINDOW):
            end = begin + WINDOW
            if self.may_be_in(text[begin : end + 2 * PIECE]):
                yield from range(begin, min(end, len(text) - GRAM + 1))

    def _extend(self, text: str, start: int, piece: str) -> Span:
        """Returns the place of a piece, with what stands before and behind it in the long text as well."""
        end = start + PIECE
        # Less than a piece: whole ones are found by themselves.
        before, behind = text[max(0, start - PIECE + 1) : start][::-1], text[end : end + PIECE - 1]
        left = right = 0
        for long, place in self._places[piece]:
            left = max(left, _count_equal(before, long[max(0, place - PIECE) : place][::-1]))
            right = max(right, _count_equal(behind, long[place + PIECE : place + 2 * PIECE]))
        return start - left, end + right


def _count_equal(one: str, other: str) -> int:
    """Returns how many characters of both texts are equal, from their start."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _make_filter(literals: Collection[str]) -> jsonschema_rs.Validator | None:
    """Returns a validator that accepts texts with one of these in it; None if they are too many for its memory.

    Rust searches its pattern: all literals in one pass. Python's `re` tries one after another at each place.
    """
    if sum(map(len, literals)) > MAX_FILTER_CHARACTERS:
        return None
    try:
        return jsonschema_rs.validator_for(
            {"pattern": "|".join(map(_escape, literals))},
            pattern_options=jsonschema_rs.RegexOptions(size_limit=_FILTER_BYTES),
        )
    except ValueError:  # half a surrogate pair
        return None


def _escape(literal: str) -> str:
    return "".join(one if one.isalnum() or ord(one) > 127 else f"\\x{ord(one):02x}" for one in literal)

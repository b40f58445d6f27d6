"""Takes typed values out of one JSON object and notes every problem instead of stopping at the first.

Null stands for "not given" at every optional key.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Collection, Mapping
from typing import Any

from foundation.errors import Problem

# Looking for the nearest word is slow: with more unknown names than this, nobody misspelt one.
MOST_GUESSES = 10
LONGEST_NAME = 63


class Reading:
    def __init__(self, source: Mapping[str, Any], problems: list[Problem], at: str = "") -> None:
        self.source = source
        self._problems = problems
        self.at = at

    def below(self, key: str, source: Mapping[str, Any]) -> Reading:
        """Of the object that stands at `key`."""
        return Reading(source, self._problems, f"{self.at}.{key}" if self.at else key)

    def refuse(self, key: str, code: str, detail: str, remedy: str, *, is_shown: bool = True) -> None:
        """Notes a problem with the value at `key`, and the value itself if it may be shown."""
        attr = f"{self.at}.{key}" if self.at else key
        given = {"value": self.source[key]} if key in self.source and is_shown else {}
        self._problems.append(Problem(code, detail, attr, remedy=remedy, **given))

    def has(self, key: str) -> bool:
        return self.source.get(key) is not None

    def require(self, keys: Collection[str]) -> None:
        for key in keys:
            if key not in self.source:
                self.refuse(key, "required", f"{key} is missing.", f"Add the key {key}.")
            elif self.source[key] is None:
                self.refuse(key, "type", f"{key} must have a value.", f"Write a value for {key}.")

    def refuse_unknown(self, known: Collection[str], owner: str) -> None:
        for number, key in enumerate(key for key in self.source if key not in known):
            remedy = suggestion(key, known) if number < MOST_GUESSES else "Remove it."
            self.refuse(key, "unknown_field", f'"{key}" is no key of {owner}.', remedy)

    def flag(self, key: str, *, default: bool = False) -> bool:
        value = self.source.get(key)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.refuse(key, "type", f"{key} must be true or false.", "Write true or false, without quotes.")
        return default

    def text(self, key: str, *, default: str = "", longest: int = 200) -> str:
        value = self.source.get(key)
        if value is None:
            return default
        if not isinstance(value, str):
            self.refuse(key, "type", f"{key} must be a text.", "Write it in quotes.")
            return default
        if len(value) > longest:
            detail = f"{key} has {len(value)} characters; {longest} are allowed."
            self.refuse(key, "maxLength", detail, f"Shorten it to {longest} characters.")
            return default
        return value

    def words(self, key: str, *, longest: int = 200) -> str:
        """What people read at `key`; blank is none."""
        text = self.text(key, longest=longest)
        return text if text.strip() else ""

    def matching(self, key: str, pattern: re.Pattern[str], *, default: str, rule: str) -> str:
        value = self.text(key, default=default)
        if self.has(key) and not pattern.fullmatch(value):
            self.refuse(key, "pattern", f"{key} must be {rule}.", "Write such a name.")
            return default
        return value

    def among(self, key: str, choices: Collection[str], *, default: str) -> str:
        value = self.text(key, default=default)
        if value in choices:
            return value
        listed = ", ".join(choices)
        self.refuse(key, "enum", f"{key} must be one of {listed}.", suggestion(value, choices))
        return default

    def whole(self, key: str, *, at_least: int | None = None, at_most: int | None = None) -> int | None:
        """The whole number at `key`; None if it is not given, or not usable (then that is noted)."""
        value = self.source.get(key)
        if value is None:
            return None
        number = as_whole(value)
        if number is None:
            self.refuse(key, "type", f"{key} must be a whole number.", "Write digits only, without quotes.")
            return None
        return self._within(key, number, at_least, at_most)

    def number(self, key: str) -> int | float | None:
        """The number at `key`; None if it is not given, or not usable (then that is noted)."""
        value = self.source.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self.refuse(key, "type", f"{key} must be a number.", "Write a number, without quotes.")
            return None
        return value

    def _within(self, key: str, number: int, at_least: int | None, at_most: int | None) -> int | None:
        if at_least is not None and number < at_least:
            detail = f"{key} is {number}; the least allowed is {at_least}."
            self.refuse(key, "minimum", detail, f"Write {at_least} or more.")
            return None
        if at_most is not None and number > at_most:
            detail = f"{key} is {number}; the most allowed is {at_most}."
            self.refuse(key, "maximum", detail, f"Write {at_most} or less.")
            return None
        return number


def as_whole(value: Any) -> int | None:
    """1 and 1.0 are whole; true, "1" and 1.5 are not."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) <= 2**53:
        return int(value)
    return value if isinstance(value, int) else None


def suggestion(word: str, known: Collection[str], *, otherwise: str = "Write one of") -> str:
    """What to write instead: the nearest known word, or the list of all."""
    all_of_them = f"{otherwise}: {', '.join(known)}." if known else "Remove it."
    return nearest(word, known) or all_of_them


def nearest(word: str, known: Collection[str]) -> str:
    """A question such as "Did you mean user_id?", or nothing if no known word is near."""
    if len(word) > 2 * LONGEST_NAME:
        return ""
    folded = {_folded(name): name for name in known}
    near = difflib.get_close_matches(_folded(word), folded, n=1)
    return f"Did you mean {folded[near[0]]}?" if near else ""


def _folded(word: str) -> str:
    return word.replace("_", "").replace("-", "").casefold()

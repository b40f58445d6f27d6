"""Reads typed values from a JSON object, and collects all problems instead of stopping at the first.

A null at an optional key counts as absent.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from typing import Any

from foundation.errors import Problem
from foundation.suggestions import MAX_GUESSES, suggestion


class ObjectReader:
    """Reads values of expected types from the JSON object `source`, by their keys.

    For a bad value, a method adds a problem to `problems`, with the value's path below `at`, and returns the default.
    """

    def __init__(self, source: Mapping[str, Any], problems: list[Problem], at: str = "") -> None:
        self.source = source
        self._problems = problems
        self.at = at

    def nested_reader(self, key: str, source: Mapping[str, Any]) -> ObjectReader:
        """Returns a reader of `source`, the object at `key`, which adds to the same list of problems."""
        return ObjectReader(source, self._problems, f"{self.at}.{key}" if self.at else key)

    def refuse(self, key: str, code: str, detail: str, remedy: str, *, is_shown: bool = True) -> None:
        """Adds a problem for the value at `key`; `is_shown=False` keeps a value that may be secret out of it."""
        attr = f"{self.at}.{key}" if self.at else key
        given = {"value": self.source[key]} if key in self.source and is_shown else {}
        self._problems.append(Problem(code, detail, attr, remedy=remedy, **given))

    def has(self, key: str) -> bool:
        """Returns whether the object has the key, with a value other than null."""
        return self.source.get(key) is not None

    def require(self, keys: Collection[str]) -> None:
        """Adds a problem for each of the keys that the object lacks or that is null."""
        for key in keys:
            if key not in self.source:
                self.refuse(key, "required", f"{key} is missing.", f"Add the key {key}.")
            elif self.source[key] is None:
                self.refuse(key, "type", f"{key} must have a value.", f"Write a value for {key}.")

    def refuse_unknown(self, known: Collection[str], owner: str) -> None:
        """Adds a problem for each key of the object that is not in `known`; its sentence calls the object `owner`."""
        for number, key in enumerate(key for key in self.source if key not in known):
            remedy = suggestion(key, known) if number < MAX_GUESSES else "Remove it."
            self.refuse(key, "unknown_field", f'"{key}" is no key of {owner}.', remedy)

    def read_flag(self, key: str, *, default: bool = False) -> bool:
        """Returns the boolean at `key`, or the default; adds a problem for a value that is not a boolean."""
        value = self.source.get(key)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.refuse(key, "type", f"{key} must be true or false.", "Write true or false, without quotes.")
        return default

    def read_text(self, key: str, *, default: str = "", max_length: int = 200) -> str:
        """Returns the text at `key`, or the default; adds a problem for a value that is not a text or too long."""
        value = self.source.get(key)
        if value is None:
            return default
        if not isinstance(value, str):
            self.refuse(key, "type", f"{key} must be a text.", "Write it in quotes.")
            return default
        if len(value) > max_length:
            detail = f"{key} has {len(value)} characters; {max_length} are allowed."
            self.refuse(key, "maxLength", detail, f"Shorten it to {max_length} characters.")
            return default
        return value

    def read_display_text(self, key: str, *, max_length: int = 200) -> str:
        """Returns the text at `key` as `read_text` does, but an empty text if it is only white space."""
        text = self.read_text(key, max_length=max_length)
        return text if text.strip() else ""

    def read_matching(self, key: str, pattern: re.Pattern[str], *, default: str, rule: str) -> str:
        """Returns the text at `key`, or the default; adds a problem for a text that the pattern does not fully match.

        `rule` says in words what the pattern requires.
        """
        value = self.read_text(key, default=default)
        if self.has(key) and not pattern.fullmatch(value):
            self.refuse(key, "pattern", f"{key} must be {rule}.", "Write such a name.")
            return default
        return value

    def read_choice(self, key: str, choices: Collection[str], *, default: str) -> str:
        """Returns the text at `key`, or the default; adds a problem for a text that is not one of the choices."""
        value = self.read_text(key, default=default)
        if value in choices:
            return value
        listed = ", ".join(choices)
        self.refuse(key, "enum", f"{key} must be one of {listed}.", suggestion(value, choices))
        return default

    def read_integer(
        self, key: str, *, at_least: int | None = None, at_most: int | None = None
    ) -> int | None:
        """Returns the whole number at `key`, or None; adds a problem for a value that is not one within the bounds."""
        value = self.source.get(key)
        if value is None:
            return None
        number = to_integer(value)
        if number is None:
            self.refuse(key, "type", f"{key} must be a whole number.", "Write digits only, without quotes.")
            return None
        return self._within(key, number, at_least, at_most)

    def read_number(self, key: str) -> int | float | None:
        """Returns the number at `key`, or None; adds a problem for a value that is not a finite number."""
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


def to_integer(value: Any) -> int | None:
    """Returns a whole number such as 1 or 1.0 as an int; None for any other value, such as true, "1" and 1.5."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) <= 2**53:
        return int(value)
    return value if isinstance(value, int) else None

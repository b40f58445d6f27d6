"""Compiles payload fields of the types string, text, email and url; decides which patterns browsers get."""

from __future__ import annotations

import re
from typing import Any

from jsonschema_rs import ValidationError

from foundation.json_schema.checker import Checker
from foundation.json_schema.reading import ObjectReader
from templates_app.payload_schema.fragment import Fragment, Scope

LENGTHS = ("minLength", "maxLength")
MAX_PATTERN_LENGTH = 500
# How often a backtracking engine may go through the text: once for each way in which the pattern can match.
MAX_WAYS = 100
_ESCAPE = r"\\[dDwWsS^$\\.*+?()\[\]{}|/]"
_CLASS = rf"\[\^?(?:{_ESCAPE}|\\-|-(?!-)|[^-\\\[\]&~])+\]"
_TOKEN = re.compile(
    rf"(?P<atom>{_ESCAPE}|{_CLASS}|\(\?:|[^\\\[\]*+?{{}}])"
    r"|(?:(?P<open>[*+]|\{\d+,\})|(?P<optional>\?)|\{(?P<least>\d{1,3})(?:,(?P<most>\d{1,3}))?\})\??"
)
_NOT_REPEATABLE = frozenset({"", "(", "(?:", ")", "|", "^", "$"})


def build_string(reader: ObjectReader, _default: Any, _scope: Scope) -> Fragment:
    """Compiles a payload_schema field of the type `string`, with its lengths and pattern, to JSON Schema."""
    fragment = Fragment({"type": "string"})
    read_lengths(reader, fragment)
    _read_pattern(reader, fragment)
    return fragment


def build_text(reader: ObjectReader, _default: Any, _scope: Scope) -> Fragment:
    """Compiles a payload_schema field of the type `text`, which forms show as a text area, to JSON Schema."""
    fragment = Fragment({"type": "string"}, ui={"ui:widget": "textarea"})
    read_lengths(reader, fragment)
    return fragment


def build_email(_reader: ObjectReader, _default: Any, _scope: Scope) -> Fragment:
    """Compiles a payload_schema field of the type `email` to JSON Schema."""
    return Fragment({"type": "string", "format": "email"})


def build_url(_reader: ObjectReader, _default: Any, _scope: Scope) -> Fragment:
    """Compiles a payload_schema field of the type `url` to JSON Schema."""
    return Fragment({"type": "string", "format": "uri"})


def read_lengths(reader: ObjectReader, fragment: Fragment) -> None:
    """Reads `minLength` and `maxLength` of a field of text into its JSON Schema."""
    least = reader.read_integer("minLength", at_least=0)
    most = reader.read_integer("maxLength", at_least=0)
    if least is not None:
        fragment.schema["minLength"] = least
    if most is not None:
        fragment.schema["maxLength"] = most
    if least is not None and most is not None and least > most:
        detail = f"No text can have {least} characters or more and {most} or less."
        reader.refuse("minLength", "maximum", detail, "Write the smaller length as minLength.")


def _read_pattern(reader: ObjectReader, fragment: Fragment) -> None:
    pattern = reader.read_text("pattern", max_length=MAX_PATTERN_LENGTH)
    if not pattern:
        return
    if not is_linear_time(pattern):
        detail = "This is no regular expression that can be checked in linear time."
        remedy = "Change it; look-around, back-references and counts of many thousands are not possible."
        reader.refuse("pattern", "format", detail, remedy)
        return
    # Browsers' engines backtrack, so a pattern that could hang one is hidden from them.
    fragment.schema["pattern" if is_safe_in_browsers(pattern) else "x-pattern"] = pattern
    message = reader.read_text("patternMessage")
    if message:
        fragment.schema["x-patternMessage"] = message


def is_linear_time(pattern: str) -> bool:
    """Returns whether the pattern can be matched in linear time: no look-around, back-references or huge counts."""
    try:
        Checker({"pattern": pattern})
    except ValidationError:
        return False
    return True


def is_safe_in_browsers(pattern: str) -> bool:
    """Returns whether a browser, too, matches the regular expression in linear time, and as the server does.

    False if in doubt: the pattern may have no repeated group, one open-ended repetition (none if the match may begin
    anywhere) and few alternatives. Only the server checks values by the other patterns.
    """
    open_ended = 0 if pattern.startswith("^") and "|" not in pattern else 1
    place, ways, repeatable = 0, 1, False
    while place < len(pattern):
        token = _TOKEN.match(pattern, place)
        if token is None:
            return False
        atom = token["atom"]
        if not atom and not repeatable:
            return False
        open_ended += token["open"] is not None
        ways *= 2 if atom == "|" else _ways_of(token)
        repeatable = bool(atom) and atom not in _NOT_REPEATABLE
        place = token.end()
    return open_ended <= 1 and ways <= MAX_WAYS


def _ways_of(token: re.Match[str]) -> int:
    if token["optional"]:
        return 2
    if token["most"]:
        return max(1, int(token["most"]) - int(token["least"]) + 1)
    return 1

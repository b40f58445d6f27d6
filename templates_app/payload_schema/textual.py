"""The types whose values are texts of any wording: `string`, `text` and `secret`, `email` and `url`."""

from __future__ import annotations

from typing import Any

from foundation.json_schema.reading import Reading
from templates_app.payload_schema import patterns
from templates_app.payload_schema.fragment import Fragment, Scope

LENGTHS = ("minLength", "maxLength")


def build_string(reading: Reading, _default: Any, _scope: Scope) -> Fragment:
    fragment = Fragment({"type": "string"})
    _lengths(reading, fragment)
    _pattern(reading, fragment)
    return fragment


def build_text(reading: Reading, _default: Any, _scope: Scope) -> Fragment:
    fragment = Fragment({"type": "string"}, ui={"ui:widget": "textarea"})
    _lengths(reading, fragment)
    return fragment


def build_secret(reading: Reading, _default: Any, scope: Scope) -> Fragment:
    if scope.in_array:
        detail = "A secret cannot stand in an array: its items have no place of their own to keep it."
        reading.refuse("type", "secret_in_array", detail, "Write the secret as a field beside the array.")
    if reading.flag("readOnly"):
        remedy = "Remove readOnly, or write hidden instead."
        reading.refuse("readOnly", "unknown_field", "A secret is never shown, not even read-only.", remedy)
    fragment = Fragment({"type": "string", "format": "password", "writeOnly": True})
    _lengths(reading, fragment)
    return fragment


def build_email(_reading: Reading, _default: Any, _scope: Scope) -> Fragment:
    return Fragment({"type": "string", "format": "email"})


def build_url(_reading: Reading, _default: Any, _scope: Scope) -> Fragment:
    return Fragment({"type": "string", "format": "uri"})


def _lengths(reading: Reading, fragment: Fragment) -> None:
    least = reading.whole("minLength", at_least=0)
    most = reading.whole("maxLength", at_least=0)
    if least is not None:
        fragment.schema["minLength"] = least
    if most is not None:
        fragment.schema["maxLength"] = most
    if least is not None and most is not None and least > most:
        detail = f"No text can have {least} characters or more and {most} or less."
        reading.refuse("minLength", "maximum", detail, "Write the smaller length as minLength.")


def _pattern(reading: Reading, fragment: Fragment) -> None:
    pattern = reading.text("pattern", longest=patterns.LONGEST)
    if not pattern:
        return
    if not patterns.compiles(pattern):
        detail = "This is no regular expression that can be checked in linear time."
        remedy = "Mend it; look-around, back-references and counts of many thousands are not possible."
        reading.refuse("pattern", "format", detail, remedy)
        return
    # A validator in a browser backtracks: it sees only patterns that cannot hang it.
    fragment.schema["pattern" if patterns.safe_in_browsers(pattern) else "x-pattern"] = pattern
    message = reading.text("patternMessage")
    if message:
        fragment.schema["x-patternMessage"] = message

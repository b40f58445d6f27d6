"""Writes the sentence that a form shows at a field whose value breaks a rule of the JSON Schema.

The UI writes the same sentences; tests/shared/payload_cases.json has the cases that both are tested with.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from foundation.json_schema.conditions import fields_of

MAX_OPTIONS_LISTED = 5
MAX_VALUE_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Failure:
    """Describes a value that breaks a rule: its field's label, its field's JSON Schema with the rule, and the value."""

    label: str
    schema: Mapping[str, Any]
    value: Any


def label_from(name: str) -> str:
    """Returns a label made from a field's name, for a field without a label: "User id" for user_id."""
    words = name.replace("_", " ").strip() or name
    return words[:1].upper() + words[1:]


def describe_required(label: str) -> str:
    """Returns the sentence for a required field that is missing."""
    return f"{label} is required"


def secret_missing(label: str) -> str:
    """Returns the sentence for a secret field that is sent as "keep the stored value" although no value is stored."""
    return f"Enter {label} again: no stored value is there to keep"


def unknown_field(name: str, suggestion: str) -> str:
    """Returns the sentence for a field that the schema does not have, followed by the suggestion."""
    return f"There is no field {name}. {suggestion}".rstrip()


def not_used(name: str, fields: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    """Returns the sentence for a value of a hidden field, which names the other values that hide it by its `showIf`."""
    reasons = []
    for other in dict.fromkeys(fields_of(fields[name]["x-showIf"])):
        value = values.get(other)
        secret = fields[other].get("writeOnly")
        is_what = "not set" if value is None else "set" if secret else _shorten(value)
        reasons.append(f"{_label(other, fields)} is {is_what}")
    return f"{_label(name, fields)} is not used when {' and '.join(reasons)}"


def _label(name: str, fields: Mapping[str, Any]) -> str:
    return fields[name].get("title") or label_from(name)


def _shorten(value: Any) -> str:
    text = ", ".join(map(format_value, value)) if isinstance(value, list) else format_value(value)
    if not text.strip():
        return "empty"
    return text if len(text) <= MAX_VALUE_LENGTH else f"{text[: MAX_VALUE_LENGTH - 3]}..."


def not_an_object(what: str) -> str:
    """Returns the sentence for a value that should be a JSON object; `what` names the value."""
    return f"{what} must be a JSON object, such as {{}}"


def explain(rule: str, failure: Failure) -> str:
    """Returns the sentence for a value that breaks a rule; `rule` is the JSON Schema keyword, or our code for it."""
    return _SENTENCES.get(rule, _not_accepted)(failure)


def _type(failure: Failure) -> str:
    expected = _expected_kind(failure.schema)
    if failure.value is not None:
        return expected
    return f"{failure.label} must not be empty: {expected[:1].lower()}{expected[1:]}"


def _expected_kind(schema: Mapping[str, Any]) -> str:
    """Returns the sentence that asks for the kind of value that the field takes, such as "Enter a whole number"."""
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    kind = next((one for one in kinds if one != "null"), "")
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    if options_of(schema):
        return _choose(schema)
    return _KINDS[kind](schema) if kind in _KINDS else "This kind of value is not accepted"


def _whole_number(schema: Mapping[str, Any]) -> str:
    return "Enter a whole number" + _bounds(schema)


def _number(schema: Mapping[str, Any]) -> str:
    return "Enter a number" + _bounds(schema)


def _bounds(schema: Mapping[str, Any]) -> str:
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is not None and most is not None:
        return f" between {format_number(least)} and {format_number(most)}"
    if least is not None:
        return f", {format_number(least)} or more"
    return "" if most is None else f", {format_number(most)} or less"


def format_number(number: float) -> str:
    """Returns the number as JavaScript writes it, so that the UI's sentences are equal: 2.0 is 2, 1e-05 is 0.00001."""
    if not isinstance(number, float):
        return str(number)
    if number.is_integer() and abs(number) < 1e21:
        return str(int(number))
    if 1e-6 <= abs(number) < 1e21:
        return format(Decimal(repr(number)), "f")
    return repr(number).replace("e-0", "e-")


def _out_of_bounds(failure: Failure) -> str:
    schema = failure.schema
    if "x-min" in schema or "x-max" in schema:
        return _out_of_dates(schema)
    if "minimum" in schema and "maximum" in schema:
        least, most = format_number(schema["minimum"]), format_number(schema["maximum"])
        return f"Must be between {least} and {most}"
    return _type(failure)


def _out_of_dates(schema: Mapping[str, Any]) -> str:
    least, most = schema.get("x-min"), schema.get("x-max")
    less, more = ("shorter", "longer") if schema.get("format") == "duration" else ("earlier", "later")
    if least is not None and most is not None:
        return f"Must be between {least} and {most}"
    return f"Must be {most} or {less}" if least is None else f"Must be {least} or {more}"


def _enum(failure: Failure) -> str:
    return _choose(failure.schema)


def _const(failure: Failure) -> str:
    return f"Must be {format_value(failure.schema['const'])}, or left out"


def _choose(schema: Mapping[str, Any]) -> str:
    options = options_of(schema)
    if not options:
        return "Write one value, or a list of values"
    listed = ", ".join(format_value(option) for option in options[:MAX_OPTIONS_LISTED])
    more = len(options) - MAX_OPTIONS_LISTED
    return f"Choose one of: {listed}" + (f" and {more} more" if more > 0 else "")


def options_of(schema: Mapping[str, Any]) -> list[Any]:
    """Returns the values that a field's schema offers in `enum` or `oneOf`, without null; empty if it offers none."""
    branches = schema.get("oneOf", [])
    options = schema.get("enum") or [
        one for branch in branches for one in branch.get("enum", [branch.get("const")])
    ]
    return [option for option in options if option is not None]


def format_value(value: Any) -> str:
    """Returns a value as it is written within a sentence: a text without quotes, any other value as JSON."""
    if isinstance(value, float):
        return format_number(value)
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, default=str, separators=(",", ":"))


def _too_short(failure: Failure) -> str:
    return f"Use at least {_characters(failure.schema['minLength'])} (now {len(failure.value)})"


def _too_long(failure: Failure) -> str:
    return f"Use at most {_characters(failure.schema['maxLength'])} (now {len(failure.value)})"


def _characters(count: int) -> str:
    return f"{count} character" if count == 1 else f"{count} characters"


def _too_few(failure: Failure) -> str:
    least = failure.schema["minItems"]
    verb = "Choose" if failure.schema.get("uniqueItems") else "Add"
    return f"{verb} at least {'one' if least == 1 else least} for {failure.label}"


def _too_many(failure: Failure) -> str:
    return f"At most {failure.schema['maxItems']} are allowed for {failure.label}"


def _twice(failure: Failure) -> str:
    return f"Each value of {failure.label} may stand there once"


def _pattern(failure: Failure) -> str:
    message = failure.schema.get("x-patternMessage")
    pattern = failure.schema.get("pattern", failure.schema.get("x-pattern"))
    return str(message) if message else f"Does not match {pattern}"


def _format(failure: Failure) -> str:
    form = failure.schema.get("format")
    return _FORMATS.get(str(form), f"Enter a valid {form}")


def _read_only(failure: Failure) -> str:
    return f"{failure.label} is read-only: leave it out, or send {_shorten(failure.schema.get('const'))}"


def _multiple(failure: Failure) -> str:
    return f"Must be a multiple of {format_number(failure.schema['multipleOf'])}"


def _not_accepted(failure: Failure) -> str:
    return f"This value is not accepted for {failure.label}"


_FORMATS = {
    "date": "Enter a date like 2026-01-31",
    "time": "Enter a time like 09:30 or 09:30:00Z",
    "date-time": "Enter a date and time with its zone, like 2026-01-31T09:30:00Z",
    "duration": "Enter a duration like PT1H30M, PT90S or P2D",
    "email": "Enter a full address, such as ana@example.org",
    "uri": "Enter a full address, such as https://example.org/page",
}
_KINDS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "integer": _whole_number,
    "number": _number,
    "string": lambda _: "Enter a text",
    "boolean": lambda _: "Choose yes or no",
    "array": lambda _: "Give a list of values",
    "object": lambda _: "Give an object with fields",
}
_SENTENCES: dict[str, Callable[[Failure], str]] = {
    "type": _type,
    "minimum": _out_of_bounds,
    "maximum": _out_of_bounds,
    "enum": _enum,
    "const": _const,
    "minLength": _too_short,
    "maxLength": _too_long,
    "minItems": _too_few,
    "maxItems": _too_many,
    "uniqueItems": _twice,
    "pattern": _pattern,
    "format": _format,
    "multipleOf": _multiple,
    "read_only": _read_only,
}

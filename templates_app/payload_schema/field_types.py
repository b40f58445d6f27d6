"""The types of payload fields: one function each, and the table that names them.

A type is added by one function and one line in `TYPES`; what all types share is in `language`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from templates_app.payload_schema import options, patterns
from templates_app.reading import Reading, as_whole

Schema = dict[str, Any]


@dataclass(slots=True)
class Fragment:
    """What one field compiles to. `strict` is what only the server checks, on top of `schema`."""

    schema: Schema
    ui: dict[str, Any] = field(default_factory=dict)
    strict: Schema = field(default_factory=dict)
    warnings: list[tuple[str, str, str]] = field(default_factory=list)  # code, key, detail


@dataclass(frozen=True, slots=True)
class FieldType:
    """`keys` are its own keys; `build` reads them and is given the field's default value (or None)."""

    keys: tuple[str, ...]
    build: Callable[[Reading, Any], Fragment]


BOUNDS = ("minValue", "maxValue", "range")


def _whole(reading: Reading, least: int | None = None) -> Fragment:
    fragment = Fragment({"type": "integer"})
    _bounds(reading, fragment, whole=True)
    if least is not None:
        if fragment.schema.get("minimum", least) < least:
            key = "minValue" if reading.has("minValue") else "range"
            reading.refuse(key, "minimum", f"A uint is never below {least}.", 'Write 0, or the type "int".')
        fragment.schema.setdefault("minimum", least)
        if fragment.schema.get("maximum", least) < least:
            key = "maxValue" if reading.has("maxValue") else "range"
            reading.refuse(
                key, "minimum", f"A uint is never below {least}.", 'Write 0 or more, or the type "int".'
            )
    return fragment


def _int(reading: Reading, _default: Any) -> Fragment:
    return _whole(reading)


def _uint(reading: Reading, _default: Any) -> Fragment:
    return _whole(reading, least=0)


def _float(reading: Reading, _default: Any) -> Fragment:
    fragment = Fragment({"type": "number"})
    _bounds(reading, fragment, whole=False)
    return fragment


def _bounds(reading: Reading, fragment: Fragment, *, whole: bool) -> None:
    """minValue and maxValue, or range for both; null is no bound."""
    read = reading.whole if whole else reading.number
    low, high = _range(reading, whole=whole)
    least = [bound for bound in (read("minValue"), low) if bound is not None]
    most = [bound for bound in (read("maxValue"), high) if bound is not None]
    if reading.has("range") and (reading.has("minValue") or reading.has("maxValue")):
        detail = "range and minValue or maxValue are both given: the narrower bounds count."
        fragment.warnings.append(("RANGE_AND_BOUNDS", "range", detail))
    if least:
        fragment.schema["minimum"] = max(least)
    if most:
        fragment.schema["maximum"] = min(most)
    if least and most and max(least) > min(most):
        key = "minValue" if reading.has("minValue") else "maxValue" if reading.has("maxValue") else "range"
        detail = f"No number can be {max(least)} or more and {min(most)} or less."
        reading.refuse(key, "maximum", detail, "Write the smaller bound first, the larger second.")


def _range(reading: Reading, *, whole: bool) -> tuple[Any, Any]:
    value = reading.source.get("range")
    if value is None:
        return None, None
    if isinstance(value, list) and len(value) == 2 and all(_is_bound(bound, whole) for bound in value):
        low, high = ((as_whole(bound) if whole and bound is not None else bound) for bound in value)
        return low, high
    kind = "whole numbers" if whole else "numbers"
    reading.refuse("range", "type", f"range must be a list of two {kind}.", "Write it like [0, 1000].")
    return None, None


def _is_bound(value: Any, whole: bool) -> bool:
    if value is None:
        return True
    if whole:
        return as_whole(value) is not None
    return isinstance(value, int | float) and not isinstance(value, bool)


def _string(reading: Reading, _default: Any) -> Fragment:
    fragment = Fragment({"type": "string"})
    _lengths(reading, fragment)
    _pattern(reading, fragment)
    return fragment


def _text(reading: Reading, _default: Any) -> Fragment:
    fragment = Fragment({"type": "string"}, ui={"ui:widget": "textarea"})
    _lengths(reading, fragment)
    return fragment


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
    fragment.strict["pattern"] = pattern
    # A validator in a browser backtracks: it sees only patterns that cannot hang it.
    fragment.schema["pattern" if patterns.safe_in_browsers(pattern) else "x-pattern"] = pattern
    message = reading.text("patternMessage")
    if message:
        fragment.schema["x-patternMessage"] = message


def _bool(_reading: Reading, _default: Any) -> Fragment:
    return Fragment({"type": "boolean"})


def _options(reading: Reading, default: Any) -> Fragment:
    schema, ui = options.build(reading, default)
    return Fragment(schema, ui)


TYPES: dict[str, FieldType] = {
    "uint": FieldType(BOUNDS, _uint),
    "int": FieldType(BOUNDS, _int),
    "float": FieldType(BOUNDS, _float),
    "string": FieldType(("minLength", "maxLength", "pattern", "patternMessage"), _string),
    "text": FieldType(("minLength", "maxLength"), _text),
    "bool": FieldType((), _bool),
    "options": FieldType(("options", "multiple", "minItems", "maxItems"), _options),
}

"""The types of numbers: `uint`, `int` and `float`."""

from __future__ import annotations

from typing import Any

from foundation.errors import Problem
from foundation.json_schema.reading import Reading, as_whole
from templates_app.payload_schema.fragment import Fragment, Scope

KEYS = ("minValue", "maxValue", "range", "step")


def build_int(reading: Reading, _default: Any, scope: Scope) -> Fragment:
    return _whole(reading, scope)


def build_uint(reading: Reading, _default: Any, scope: Scope) -> Fragment:
    fragment = _whole(reading, scope)
    for keyword, key, remedy in (
        ("minimum", "minValue", 'Write 0, or the type "int".'),
        ("maximum", "maxValue", 'Write 0 or more, or the type "int".'),
    ):
        if fragment.schema.get(keyword, 0) < 0:
            where = key if reading.has(key) else "range"
            reading.refuse(where, "minimum", "A uint is never below 0.", remedy)
    fragment.schema.setdefault("minimum", 0)
    return fragment


def build_float(reading: Reading, _default: Any, scope: Scope) -> Fragment:
    fragment = Fragment({"type": "number"})
    _bounds(reading, fragment, scope, whole=False)
    return fragment


def _whole(reading: Reading, scope: Scope) -> Fragment:
    fragment = Fragment({"type": "integer"})
    _bounds(reading, fragment, scope, whole=True)
    return fragment


def _bounds(reading: Reading, fragment: Fragment, scope: Scope, *, whole: bool) -> None:
    """minValue and maxValue, or range for both; null is no bound."""
    read = reading.whole if whole else reading.number
    low, high = _range(reading, whole=whole)
    least = [bound for bound in (read("minValue"), low) if bound is not None]
    most = [bound for bound in (read("maxValue"), high) if bound is not None]
    if reading.has("range") and (reading.has("minValue") or reading.has("maxValue")):
        detail = "range and minValue or maxValue are both given: the narrower bounds count."
        at = f"{reading.at}.range"
        remedy = "Write range alone, or minValue and maxValue alone."
        scope.warnings.append(Problem("RANGE_AND_BOUNDS", detail, at, reading.source["range"], remedy))
    if least:
        fragment.schema["minimum"] = max(least)
    if most:
        fragment.schema["maximum"] = min(most)
    if least and most and max(least) > min(most):
        key = "minValue" if reading.has("minValue") else "maxValue" if reading.has("maxValue") else "range"
        detail = f"No number can be {max(least)} or more and {min(most)} or less."
        reading.refuse(key, "maximum", detail, "Write the smaller bound first, the larger second.")
    step = read("step")
    if step is not None and step > 0:
        fragment.schema["multipleOf"] = step
    elif step is not None:
        reading.refuse("step", "minimum", "A step is more than 0.", "Write a positive number.")


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

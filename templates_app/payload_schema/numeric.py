"""Compiles payload_schema fields of the number types `uint`, `int` and `float` to JSON Schema."""

from __future__ import annotations

from typing import Any

from foundation.errors import Problem
from foundation.json_schema.reading import ObjectReader, to_integer
from templates_app.payload_schema.fragment import Fragment, Scope

KEYS = ("minValue", "maxValue", "range", "step")


def build_int(reader: ObjectReader, _default: Any, scope: Scope) -> Fragment:
    """Compiles a payload_schema field of the type `int` to JSON Schema."""
    return _build_integer(reader, scope)


def build_uint(reader: ObjectReader, _default: Any, scope: Scope) -> Fragment:
    """Compiles a payload_schema field of the type `uint`, an integer that is never below 0, to JSON Schema."""
    fragment = _build_integer(reader, scope)
    for keyword, key, remedy in (
        ("minimum", "minValue", 'Write 0, or the type "int".'),
        ("maximum", "maxValue", 'Write 0 or more, or the type "int".'),
    ):
        if fragment.schema.get(keyword, 0) < 0:
            where = key if reader.has(key) else "range"
            reader.refuse(where, "minimum", "A uint is never below 0.", remedy)
    fragment.schema.setdefault("minimum", 0)
    return fragment


def build_float(reader: ObjectReader, _default: Any, scope: Scope) -> Fragment:
    """Compiles a payload_schema field of the type `float` to JSON Schema."""
    fragment = Fragment({"type": "number"})
    _read_bounds(reader, fragment, scope, whole=False)
    return fragment


def _build_integer(reader: ObjectReader, scope: Scope) -> Fragment:
    fragment = Fragment({"type": "integer"})
    _read_bounds(reader, fragment, scope, whole=True)
    return fragment


def _read_bounds(reader: ObjectReader, fragment: Fragment, scope: Scope, *, whole: bool) -> None:
    """Compiles a number field's minValue and maxValue (or `range` for both) and step; null means no bound."""
    read = reader.read_integer if whole else reader.read_number
    low, high = _read_range(reader, whole=whole)
    lows = [bound for bound in (read("minValue"), low) if bound is not None]
    highs = [bound for bound in (read("maxValue"), high) if bound is not None]
    if reader.has("range") and (reader.has("minValue") or reader.has("maxValue")):
        detail = "range and minValue or maxValue are both given: the narrower bounds count."
        at = f"{reader.at}.range"
        remedy = "Write range alone, or minValue and maxValue alone."
        scope.warnings.append(Problem("RANGE_AND_BOUNDS", detail, at, reader.source["range"], remedy))
    if lows:
        fragment.schema["minimum"] = max(lows)
    if highs:
        fragment.schema["maximum"] = min(highs)
    if lows and highs and max(lows) > min(highs):
        key = "minValue" if reader.has("minValue") else "maxValue" if reader.has("maxValue") else "range"
        detail = f"No number can be {max(lows)} or more and {min(highs)} or less."
        reader.refuse(key, "maximum", detail, "Write the smaller bound first, the larger second.")
    step = read("step")
    if step is not None and step > 0:
        fragment.schema["multipleOf"] = step
    elif step is not None:
        reader.refuse("step", "minimum", "A step is more than 0.", "Write a positive number.")


def _read_range(reader: ObjectReader, *, whole: bool) -> tuple[Any, Any]:
    value = reader.source.get("range")
    if value is None:
        return None, None
    if isinstance(value, list) and len(value) == 2 and all(_is_bound(bound, whole) for bound in value):
        low, high = ((to_integer(bound) if whole and bound is not None else bound) for bound in value)
        return low, high
    kind = "whole numbers" if whole else "numbers"
    reader.refuse("range", "type", f"range must be a list of two {kind}.", "Write it like [0, 1000].")
    return None, None


def _is_bound(value: Any, whole: bool) -> bool:
    if value is None:
        return True
    if whole:
        return to_integer(value) is not None
    return isinstance(value, int | float) and not isinstance(value, bool)

"""Builds the payload rules that only the server checks: formats, bounds of dates, and patterns unsafe in browsers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from foundation.json_schema.checker import Checker
from foundation.json_schema.formats import FORMATS
from templates_app.payload_schema.dated import has_format, sort_key


def server_checker(schema: Mapping[str, Any]) -> Checker:
    """Returns the Checker of complete payloads: rules of the JSON Schema, and those that only the server checks."""
    return Checker(schema, rules=_with_patterns(schema), keywords={"x-min": _MinBound, "x-max": _MaxBound})


def editors_checker(schema: Mapping[str, Any]) -> Checker:
    """Returns the Checker of payloads of those who may edit the template: read-only fields take other values, too."""
    rules = _with_patterns(schema, dropped=("const",))
    return Checker(schema, rules=rules, keywords={"x-min": _MinBound, "x-max": _MaxBound})


def defaults_checker(schema: Mapping[str, Any]) -> Checker:
    """Returns the Checker of default values, which may be incomplete: without `required` and conditions."""
    rules = _with_patterns(schema, dropped=("required", "allOf"))
    return Checker(schema, rules=rules, keywords={"x-min": _MinBound, "x-max": _MaxBound})


def _with_patterns(schema: Mapping[str, Any], dropped: tuple[str, ...] = ()) -> dict[str, Any]:
    """Returns the JSON Schema with formats and x-pattern rewritten as `pattern`, without the `dropped` keywords."""
    rules = {key: rule for key, rule in schema.items() if key not in dropped}
    pattern = FORMATS.get(rules.pop("format", ""), rules.pop("x-pattern", None))
    if pattern is not None:
        rules["pattern"] = pattern
    if "properties" in rules:
        fields = rules["properties"].items()
        rules["properties"] = {name: _with_patterns(field, dropped) for name, field in fields}
    if "items" in rules:
        rules["items"] = _with_patterns(rules["items"], dropped)
    return rules


class _MinBound:
    """Implements the JSON Schema keyword `x-min`: the earliest date or time, or the shortest duration."""

    def __init__(self, field: dict[str, Any], bound: Any, _path: list[str | int]) -> None:
        self._form = _FORMS[field["x-type"]]
        self._bound = sort_key(bound, self._form)

    def validate(self, value: Any) -> None:
        """Raises ValueError for a value outside the bound. Ignores values of another format: `pattern` refuses them."""
        if (
            isinstance(value, str)
            and has_format(value, self._form)
            and not self._is_within(sort_key(value, self._form))
        ):
            raise ValueError

    def _is_within(self, key: tuple[int, str]) -> bool:
        return key >= self._bound


class _MaxBound(_MinBound):
    """Implements the JSON Schema keyword `x-max`: the latest date or time, or the longest duration."""

    def _is_within(self, key: tuple[int, str]) -> bool:
        return key <= self._bound


_FORMS = {"date": "date", "time": "time", "datetime": "date-time", "duration": "duration"}

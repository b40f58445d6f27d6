"""The rules that the server checks beyond plain JSON Schema: formats, bounds of dates, patterns not for browsers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from foundation.json_schema.checker import Checker
from foundation.json_schema.formats import FORMATS
from templates_app.payload_schema.dated import is_of, order_of


def for_the_server(schema: Mapping[str, Any]) -> Checker:
    return Checker(schema, rules=_checked(schema), keywords={"x-min": _Least, "x-max": _Most})


def for_defaults(schema: Mapping[str, Any]) -> Checker:
    """Without `required` and conditions: a default may be incomplete, and meant for when its field is shown."""
    rules = _checked(schema, dropped=("required", "allOf"))
    return Checker(schema, rules=rules, keywords={"x-min": _Least, "x-max": _Most})


def _checked(schema: Mapping[str, Any], dropped: tuple[str, ...] = ()) -> dict[str, Any]:
    """The schema with formats and hidden patterns written as `pattern`, which is checked in linear time."""
    rules = {key: rule for key, rule in schema.items() if key not in dropped}
    pattern = FORMATS.get(rules.pop("format", ""), rules.pop("x-pattern", None))
    if pattern is not None:
        rules["pattern"] = pattern
    if "properties" in rules:
        fields = rules["properties"].items()
        rules["properties"] = {name: _checked(field, dropped) for name, field in fields}
    if "items" in rules:
        rules["items"] = _checked(rules["items"], dropped)
    return rules


class _Least:
    """The keyword `x-min`."""

    def __init__(self, field: dict[str, Any], bound: Any, _path: list[str | int]) -> None:
        self._form = _FORMS[field["x-type"]]
        self._bound = order_of(bound, self._form)

    def validate(self, value: Any) -> None:
        if (
            isinstance(value, str)
            and is_of(value, self._form)
            and not self._allows(order_of(value, self._form))
        ):
            raise ValueError

    def _allows(self, order: tuple[int, str]) -> bool:
        return order >= self._bound


class _Most(_Least):
    """The keyword `x-max`."""

    def _allows(self, order: tuple[int, str]) -> bool:
        return order <= self._bound


_FORMS = {"date": "date", "time": "time", "datetime": "date-time", "duration": "duration"}

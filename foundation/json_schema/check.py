"""Checks any value, such as a request's body, against a JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from foundation.errors import Invalid
from foundation.json_schema.checker import Checker
from foundation.json_schema.numbers import Whole, whole_numbers

MAX_CACHED_CHECKERS = 256
_checkers: dict[int, tuple[Mapping[str, Any], Checker, Whole]] = {}


def check_against(schema: Mapping[str, Any], value: Any, at: str = "") -> Any:
    """The value, checked against a JSON Schema that is compiled once for each schema object; 3.0 is 3 where it
    says integer.

    Raises Invalid with every problem; `attr` is the dotted path from `at`, which names the value itself.
    """
    known = _checkers.get(id(schema))
    if known is None or known[0] is not schema:
        if len(_checkers) >= MAX_CACHED_CHECKERS:
            _checkers.clear()
        # The schema is kept with its checker, so that its id is not given to another meanwhile.
        known = _checkers[id(schema)] = (schema, Checker(schema), whole_numbers(schema))
    problems = known[1].problems(value, at)
    if problems:
        raise Invalid(problems)
    return known[2](value, at)

"""Any value, such as a request's body, is checked against a JSON Schema with the same sentences."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema_rs import ValidationError

from foundation.errors import Invalid
from foundation.json_schema import checker
from foundation.json_schema.checker import check_against

BODY: dict[str, Any] = {
    "$defs": {
        "point": {"type": "object", "properties": {"x": {"type": "integer", "minimum": 3}}, "required": ["x"]}
    },
    "type": "object",
    "properties": {
        "start_at": {"type": "string", "format": "date-time"},
        "points": {"type": "array", "items": {"$ref": "#/$defs/point"}, "maxItems": 2},
        "nested": {"type": "object", "properties": {}, "additionalProperties": False},
    },
    "required": ["points"],
    "additionalProperties": False,
}


def found(body: Any, at: str = "") -> list[tuple[str, str | None]]:
    with pytest.raises(Invalid) as caught:
        check_against(BODY, body, at)
    return [(problem.code, problem.attr) for problem in caught.value.problems]


def test_a_good_body_passes() -> None:
    check_against(BODY, {"points": [{"x": 3}], "start_at": "2026-01-31T10:00:00Z"})


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, [("required", "points")]),
        ({"points": [{"x": 1}, {}]}, [("minimum", "points.0.x"), ("required", "points.1.x")]),
        ({"points": None}, [("required", "points")]),
        ({"points": [], "start_at": "tomorrow"}, [("format", "start_at")]),
        ({"points": [{"x": 3}] * 3}, [("maxItems", "points")]),
        (
            {"points": [], "nested": {"a": 1, "b": 2}},
            [("unknown_field", "nested.a"), ("unknown_field", "nested.b")],
        ),
        ({"points": [], "nested": 3, "other": 1}, [("type", "nested"), ("unknown_field", "other")]),
    ],
)
def test_each_problem_is_at_its_dotted_path(body: Any, expected: list[tuple[str, str]]) -> None:
    assert found(body) == expected


def test_paths_begin_where_the_caller_says() -> None:
    assert found({}, "jobs.3") == [("required", "jobs.3.points")]


def test_a_rule_without_a_sentence_of_its_own_is_still_named() -> None:
    with pytest.raises(Invalid) as caught:
        check_against({"not": {"type": "string"}}, "x", "value")
    (problem,) = caught.value.problems
    assert (problem.code, problem.attr) == ("not", "value")
    assert problem.detail == "This value is not accepted for Value"


def test_references_outside_the_schema_are_not_followed() -> None:
    with pytest.raises(ValidationError, match="disabled"):
        check_against({"$ref": "http://127.0.0.1:9/schema"}, {})


def test_unknown_formats_are_a_fault_of_the_schema() -> None:
    with pytest.raises(ValidationError):
        check_against({"format": "dtae-time"}, "x")


def test_it_compiles_a_schema_once_and_forgets_the_oldest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checker, "_checkers", {})
    monkeypatch.setattr(checker, "MAX_CACHED_CHECKERS", 2)
    schema = {"type": "integer"}
    check_against(schema, 1)
    first = checker._checkers[id(schema)]
    check_against(schema, 2)
    assert checker._checkers[id(schema)] is first

    others = [{"type": "string"}, {"type": "string"}]
    for other in others:
        check_against(other, "x")
    assert len(checker._checkers) <= 2

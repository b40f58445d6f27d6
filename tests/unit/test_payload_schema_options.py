"""The type `options`: one or several of a list."""

from __future__ import annotations

from typing import Any

import pytest

from foundation.errors import Invalid
from templates_app.payload_schema import Compiled, compile_payload_schema

COLOURS = ["red", "green"]


def compiled(default: Any = None, **spec: Any) -> Compiled:
    payload = {} if default is None else {"colour": default}
    return compile_payload_schema({"colour": {"type": "options", **spec}}, payload)


def rules(default: Any = None, **spec: Any) -> dict[str, Any]:
    found: dict[str, Any] = dict(compiled(default, **spec).json_schema["properties"]["colour"])
    found.pop("title")
    found.pop("x-type")
    return found


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["a", "b"], {"type": "string", "enum": ["a", "b"]}),
        ([1, 2], {"type": "integer", "enum": [1, 2]}),
        ([1, 2.5], {"type": "number", "enum": [1, 2.5]}),
        ([True, False], {"type": "boolean", "enum": [True, False]}),
        ([1, "a", True], {"enum": [1, "a", True]}),
        (
            [{"value": "a", "label": "A"}, "b"],
            {"type": "string", "oneOf": [{"const": "a", "title": "A"}, {"const": "b", "title": "b"}]},
        ),
        ([{"value": "a"}, {"value": "b", "label": None}], {"type": "string", "enum": ["a", "b"]}),
    ],
)
def test_it_offers_values_of_any_plain_kind(options: list[Any], expected: dict[str, Any]) -> None:
    assert rules(options=options) == expected


def test_a_list_as_the_default_makes_it_multi_select() -> None:
    found = rules(default=["red"], options=COLOURS)
    assert found == {
        "type": "array",
        "items": {"type": "string", "enum": COLOURS},
        "uniqueItems": True,
        "default": ["red"],
    }


def test_a_required_multi_select_needs_a_choice() -> None:
    assert rules(options=COLOURS, multiple=True, required=True)["minItems"] == 1
    assert "minItems" not in rules(options=COLOURS, multiple=True)


def test_sizes_of_a_multi_select_are_kept() -> None:
    found = rules(options=COLOURS, multiple=True, minItems=0, maxItems=2, required=True)
    assert (found["minItems"], found["maxItems"]) == (0, 2)


def test_multiple_false_wins_over_a_list_as_the_default() -> None:
    found = compiled(default=["red"], options=COLOURS, multiple=False)
    assert "items" not in found.json_schema["properties"]["colour"]
    assert found.initial == {}
    assert found.warnings[0].code == "DEFAULT_NOT_IN_OPTIONS"


def test_a_nullable_choice_may_be_no_choice() -> None:
    assert rules(options=COLOURS, nullable=True) == {
        "type": ["string", "null"],
        "enum": ["red", "green", None],
    }
    labelled = rules(options=[{"value": 1, "label": "One"}], nullable=True)
    assert labelled["oneOf"] == [{"const": 1, "title": "One"}, {"const": None, "title": "No value"}]


@pytest.mark.parametrize(
    ("count", "multiple", "widget"),
    [(5, False, "radio"), (6, False, None), (15, True, "checkboxes"), (16, True, None)],
)
def test_the_form_shows_few_options_openly(count: int, multiple: bool, widget: str | None) -> None:
    found = compiled(options=list(range(count)), multiple=multiple)
    assert found.ui_schema.get("colour", {}).get("ui:widget") == widget


@pytest.mark.parametrize(
    ("spec", "code", "key"),
    [
        ({}, "required", "options"),
        ({"options": None}, "required", "options"),
        ({"options": []}, "minItems", "options"),
        ({"options": "red"}, "type", "options"),
        ({"options": {"red": 1}}, "type", "options"),
        ({"options": ["red", None]}, "type", "options"),
        ({"options": ["red", ["green"]]}, "type", "options"),
        ({"options": [{"label": "Red"}]}, "type", "options"),
        ({"options": [{"value": "red", "text": "Red"}]}, "type", "options"),
        ({"options": [{"value": "red", "label": 3}]}, "type", "options"),
        ({"options": ["red", "red"]}, "uniqueItems", "options"),
        ({"options": [1, 1.0]}, "uniqueItems", "options"),
        ({"options": COLOURS, "minItems": 1}, "unknown_field", "minItems"),
        ({"options": COLOURS, "multiple": True, "minItems": 3}, "maximum", "minItems"),
        ({"options": COLOURS, "multiple": True, "maxItems": 0}, "minimum", "maxItems"),
        ({"options": COLOURS, "multiple": True, "minItems": 2, "maxItems": 1}, "maximum", "minItems"),
        ({"options": COLOURS, "multiple": "yes"}, "type", "multiple"),
        ({"options": COLOURS, "minValue": 1}, "unknown_field", "minValue"),
    ],
)
def test_it_refuses_what_nobody_can_choose(spec: dict[str, Any], code: str, key: str) -> None:
    with pytest.raises(Invalid) as caught:
        compiled(**spec)
    (problem,) = caught.value.problems
    assert (problem.code, problem.attr) == (code, f"payload_schema.colour.{key}")
    assert problem.remedy


def test_true_and_1_are_different_options() -> None:
    assert rules(options=[1, True])["enum"] == [1, True]

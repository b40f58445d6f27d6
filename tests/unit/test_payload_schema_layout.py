"""`payload_ui`: order, groups and columns of a form."""

from __future__ import annotations

from typing import Any

import pytest

from foundation.errors import Invalid
from templates_app.payload_schema import compile_payload_schema

FIELDS = {"a": {"type": "int"}, "b": {"type": "int"}, "c": {"type": "int"}}


def test_fields_named_in_order_come_first() -> None:
    assert compile_payload_schema(FIELDS, {}, {"order": ["c", "a"]}).ui_schema["ui:order"] == ["c", "a", "b"]


def test_groups_go_to_the_form_as_they_are() -> None:
    groups = [{"title": "Scope", "fields": ["a"], "help": "What"}, {"title": "Rest", "fields": ["b", "c"]}]
    hints = compile_payload_schema(FIELDS, {}, {"groups": groups}).ui_schema
    assert hints["ui:groups"] == [
        {"title": "Scope", "fields": ["a"], "help": "What"},
        {"title": "Rest", "fields": ["b", "c"]},
    ]


@pytest.mark.parametrize("columns", [1, 2, 4, 3.0])
def test_columns_go_to_the_form_as_a_whole_number(columns: float) -> None:
    hints = compile_payload_schema(FIELDS, {}, {"columns": columns}).ui_schema
    assert repr(hints["ui:columns"]) == str(int(columns))


@pytest.mark.parametrize("layout", [{}, {"columns": None}])
def test_a_form_has_one_column_unless_its_author_wants_more(layout: dict[str, Any]) -> None:
    assert "ui:columns" not in compile_payload_schema(FIELDS, {}, layout).ui_schema


@pytest.mark.parametrize(
    ("layout", "code", "attr"),
    [
        ({"columns": 0}, "minimum", "payload_ui.columns"),
        ({"columns": 5}, "maximum", "payload_ui.columns"),
        ({"columns": "2"}, "type", "payload_ui.columns"),
        ({"columns": True}, "type", "payload_ui.columns"),
        ({"columns": 1.5}, "type", "payload_ui.columns"),
        ({"ordr": []}, "unknown_field", "payload_ui.ordr"),
        ({"order": "a"}, "type", "payload_ui.order"),
        ({"order": [1]}, "type", "payload_ui.order"),
        ({"order": ["x"]}, "enum", "payload_ui.order"),
        ({"order": ["a", "a"]}, "uniqueItems", "payload_ui.order"),
        ({"groups": {}}, "type", "payload_ui.groups"),
        ({"groups": ["a"]}, "type", "payload_ui.groups"),
        ({"groups": [{"fields": ["a"]}]}, "required", "payload_ui.groups.0.title"),
        ({"groups": [{"title": "T", "fields": ["x"]}]}, "enum", "payload_ui.groups.0.fields"),
        (
            {"groups": [{"title": "T", "fields": [], "colour": 1}]},
            "unknown_field",
            "payload_ui.groups.0.colour",
        ),
    ],
)
def test_it_refuses_what_names_no_field(layout: dict[str, Any], code: str, attr: str) -> None:
    with pytest.raises(Invalid) as caught:
        compile_payload_schema(FIELDS, {}, layout)
    (problem,) = caught.value.problems
    assert (problem.code, problem.attr) == (code, attr)

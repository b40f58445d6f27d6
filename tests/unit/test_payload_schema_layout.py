"""`payload_ui`: order and groups of a form."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler_project.errors import Invalid
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


@pytest.mark.parametrize(
    ("layout", "code", "attr"),
    [
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

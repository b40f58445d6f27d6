"""The way back: what is compiled from the canonical form is what it came from."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from templates_app.payload_schema import compile_payload_schema
from templates_app.payload_schema.decompile import decompile
from tests.support.payload_schemas import PAYLOAD_SCHEMAS


def assert_no_loss(schema: dict[str, Any], payload: dict[str, Any], layout: dict[str, Any]) -> None:
    first = compile_payload_schema(schema, payload, layout)
    author = decompile(first.json_schema, first.ui_schema)
    second = compile_payload_schema(*author)
    assert second.json_schema == first.json_schema
    assert second.ui_schema == first.ui_schema
    assert second.initial == first.initial
    assert decompile(second.json_schema, second.ui_schema) == author


@given(PAYLOAD_SCHEMAS)
def test_no_schema_loses_anything_on_the_way_there_and_back(schema: dict[str, Any]) -> None:
    assert_no_loss(schema, {}, {})


@pytest.mark.parametrize(
    ("schema", "payload", "layout"),
    [
        (
            {
                "server": {
                    "type": "object",
                    "fields": {
                        "host": {"type": "string", "readOnly": True, "default": "localhost"},
                        "ports": {"type": "array", "items": {"type": "uint", "unit": "TCP"}},
                        "note": None,
                    },
                },
                "mode": {"type": "options", "options": ["local", "s3"]},
                "bucket": {
                    "type": "string",
                    "required": True,
                    "showIf": {"field": "mode", "equals": "s3"},
                    "requiredIf": {"all": [{"field": "mode", "in": ["s3"]}]},
                },
            },
            {"server": {"note": 1.0}, "bucket": "b", "mode": "s3"},
            {
                "order": ["mode"],
                "columns": 2,
                "groups": [{"title": "Where", "fields": ["bucket"], "help": "Which"}],
            },
        ),
        ({"job_type": None, "any": None}, {"job_type": "", "any": [1.0]}, {}),
        ({"f": {"type": "options", "options": ["a"]}}, {"f": ["a", "gone"]}, {}),
        ({"f": {"type": "options", "options": [1, True, "x"], "nullable": True}}, {"f": None}, {}),
    ],
)
def test_defaults_conditions_and_layout_come_back_too(
    schema: dict[str, Any], payload: dict[str, Any], layout: dict[str, Any]
) -> None:
    assert_no_loss(schema, payload, layout)


def test_the_canonical_form_names_bounds_and_labels() -> None:
    found = compile_payload_schema({"user_id": {"type": "uint", "range": [None, 9]}}, {"user_id": 0})
    assert decompile(found.json_schema, found.ui_schema) == (
        {"user_id": {"type": "uint", "label": "User id", "minValue": 0, "maxValue": 9}},
        {"user_id": 0},
        {"order": ["user_id"]},
    )

"""What is refused when a template is saved: each with a code, at its place, and with what to write instead."""

from __future__ import annotations

from typing import Any

import pytest

from foundation.errors import Invalid, Problem
from templates_app.documents import parse_document
from templates_app.payload_schema import compile_payload_schema


def problems(fields: dict[str, Any], payload: dict[str, Any] | None = None) -> tuple[Problem, ...]:
    with pytest.raises(Invalid) as caught:
        compile_payload_schema(fields, payload or {})
    return caught.value.problems


def problem_of(fields: dict[str, Any], payload: dict[str, Any] | None = None) -> tuple[str, str | None]:
    (problem,) = problems(fields, payload)
    assert problem.remedy
    return problem.code, problem.attr


@pytest.mark.parametrize(
    ("spec", "code", "key"),
    [
        ({"type": "int", "step": 0}, "minimum", "step"),
        ({"type": "float", "step": -0.5}, "minimum", "step"),
        ({"type": "int", "step": 0.5}, "type", "step"),
        ({"type": "date", "min": "2026-02-30"}, "format", "min"),
        ({"type": "date", "min": "2026-02-01", "max": "2026-01-01"}, "maximum", "min"),
        ({"type": "time", "max": "noon"}, "format", "max"),
        ({"type": "datetime", "min": "2026-01-31T09:30:00"}, "format", "min"),
        ({"type": "duration", "min": "PT2H", "max": "PT1H"}, "maximum", "min"),
        ({"type": "duration", "min": 60}, "type", "min"),
        ({"type": "email", "pattern": "x"}, "unknown_field", "pattern"),
        ({"type": "secret", "pattern": "x"}, "unknown_field", "pattern"),
        ({"type": "secret", "readOnly": True}, "required", "readOnly"),
        ({"type": "secret", "hosts": "example.org"}, "type", "hosts"),
        ({"type": "secret", "hosts": []}, "minItems", "hosts"),
        ({"type": "secret", "hosts": ["a.example"] * 51}, "maxItems", "hosts"),
        ({"type": "secret", "hosts": ["a.example", "https://b.example"]}, "pattern", "hosts.1"),
        ({"type": "secret", "secretRef": "a b"}, "pattern", "secretRef"),
        ({"type": "secret", "secretRef": "stripe", "default": "x"}, "conflict", "secretRef"),
        ({"type": "secret", "secretRef": "stripe", "hosts": ["a.example"]}, "conflict", "hosts"),
        ({"type": "string", "secretRef": "stripe"}, "unknown_field", "secretRef"),
        ({"type": "string", "readOnly": True}, "required", "readOnly"),
        ({"type": "string", "widget": "slider"}, "unknown_field", "widget"),
        ({"type": "int", "widget": "dial"}, "enum", "widget"),
        ({"type": "string", "hidden": "yes"}, "type", "hidden"),
        ({"type": "string", "deprecated": 1}, "type", "deprecated"),
        ({"type": "string", "group": 5}, "type", "group"),
        ({"type": "object"}, "required", "fields"),
        ({"type": "object", "fields": []}, "type", "fields"),
        ({"type": "object", "fields": {"a": 5}}, "type", "fields.a"),
        ({"type": "object", "fields": {"a": {"type": "nope"}}}, "enum", "fields.a.type"),
        ({"type": "object", "fields": {"a-b": {"type": "int"}}}, "pattern", "fields.a-b"),
        ({"type": "array"}, "required", "items"),
        ({"type": "array", "items": "int"}, "type", "items"),
        ({"type": "array", "items": {"type": "int", "minValue": "x"}}, "type", "items.minValue"),
        ({"type": "array", "items": {"type": "int", "required": True}}, "unknown_field", "items.required"),
        ({"type": "array", "items": {"type": "int"}, "minItems": 3, "maxItems": 2}, "maximum", "minItems"),
        ({"type": "array", "items": {"type": "secret"}}, "secret_in_array", "items.type"),
        (
            {"type": "array", "items": {"type": "object", "fields": {"key": {"type": "secret"}}}},
            "secret_in_array",
            "items.fields.key.type",
        ),
        ({"type": "options", "options": [1], "allowOther": True}, "type", "options"),
        ({"type": "options", "options": ["a", {"value": "a", "label": "A"}]}, "uniqueItems", "options"),
        ({"type": "int", "default": "x"}, "type", "default"),
        ({"type": "int", "default": 1e30}, "type", "default"),
        ({"type": "object", "fields": {"a": {"type": "uint", "default": -1}}}, "minimum", "fields.a.default"),
        ({"type": "string", "$ref": "http://127.0.0.1:9/x"}, "unknown_field", "$ref"),
    ],
)
def test_a_field_that_makes_no_sense_is_refused(spec: dict[str, Any], code: str, key: str) -> None:
    assert problem_of({"f": spec}) == (code, f"payload_schema.f.{key}")


MODE = {"type": "options", "options": ["s3", "local"]}


@pytest.mark.parametrize(
    ("condition", "code", "key"),
    [
        ("mode", "type", ""),
        ({}, "required", ".field"),
        ({"field": "mode"}, "required", ".field"),
        ({"field": "mode", "equals": "s3", "isSet": True}, "required", ".field"),
        ({"field": "mode", "is": "s3"}, "unknown_field", ".is"),
        ({"field": "moed", "equals": "s3"}, "enum", ".field"),
        ({"field": 5, "equals": "s3"}, "enum", ".field"),
        ({"field": "f", "isSet": True}, "cycle", ".field"),
        ({"field": "mode", "equals": "ftp"}, "enum", ".equals"),
        ({"field": "mode", "equals": None}, "enum", ".equals"),
        ({"field": "mode", "in": []}, "type", ".in"),
        ({"field": "mode", "in": ["s3", 5]}, "enum", ".in"),
        ({"field": "mode", "isSet": "yes"}, "type", ".isSet"),
        ({"field": "key", "equals": "hunter2"}, "enum", ".equals"),
        ({"all": []}, "type", ".all"),
        ({"any": {"field": "mode"}}, "type", ".any"),
        ({"any": [{"field": "mode", "equals": "s3"}, {"field": "x", "isSet": True}]}, "enum", ".any.1.field"),
        ({"not": 5}, "type", ".not"),
        ({"not": {"field": "nowhere", "isSet": True}}, "enum", ".not.field"),
        ({"all": [{"field": "mode", "isSet": True}], "any": []}, "required", ".any"),
    ],
)
def test_a_condition_that_can_never_be_meant_is_refused(condition: Any, code: str, key: str) -> None:
    fields = {"mode": MODE, "key": {"type": "secret"}, "f": {"type": "int", "showIf": condition}}
    found = problems(fields)
    assert (found[0].code, found[0].attr) == (code, f"payload_schema.f.showIf{key}")
    assert found[0].remedy


def test_fields_may_not_wait_for_each_other_in_a_circle() -> None:
    fields = {
        name: {"type": "int", "showIf": {"field": other, "isSet": True}}
        for name, other in (("a", "b"), ("b", "c"), ("c", "a"))
    }
    ((code, attr),) = [(one.code, one.attr) for one in problems(fields)]
    assert (code, str(attr).endswith(".showIf")) == ("cycle", True)


def test_a_problem_of_a_secret_does_not_show_it() -> None:
    fields = {
        "key": {"type": "secret", "minLength": 20},
        "own": {"type": "secret", "maxLength": 3, "default": "hunter2"},
    }
    found = problems({"own": fields["own"]}) + problems({"key": fields["key"]}, {"key": "hunter2"})
    assert [one.code for one in found] == ["maxLength", "minLength"]
    assert "hunter2" not in repr(found)


def test_a_default_secret_is_marked_wherever_it_is_shown() -> None:
    inner = {"type": "object", "fields": {"key": {"type": "secret"}}}
    found = compile_payload_schema(
        {"key": {"type": "secret"}, "o": inner}, {"key": "a" * 9, "o": {"key": "b" * 9}}
    )
    assert found.initial == {"key": "$encrypted$", "o": {"key": "$encrypted$"}}
    assert "aaa" not in repr(found.json_schema)
    assert "bbb" not in repr(found.json_schema)
    assert found.secret_paths == (("key",), ("o", "key"))


def test_a_document_deeper_than_32_levels_is_refused() -> None:
    spec: dict[str, Any] = {"type": "int"}
    for _ in range(16):
        spec = {"type": "object", "fields": {"f": spec}}
    document = {
        "type": "deep_job",
        "startInSeconds": 0,
        "userTriggered": True,
        "rescheduleAfterTermination": False,
        "payload_schema": {"f": spec},
    }
    with pytest.raises(Invalid) as caught:
        parse_document(document)
    assert [one.code for one in caught.value.problems] == ["too_deep"]

"""From an author's fields to JSON Schema: the types, their keys, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from foundation.errors import Invalid
from templates_app.payload_schema import Compiled, compile_payload_schema


def compiled(payload: dict[str, Any] | None = None, **fields: Any) -> Compiled:
    return compile_payload_schema(fields, payload or {})


def rules(**spec: Any) -> dict[str, Any]:
    """The JSON Schema of one field, without title and type."""
    found: dict[str, Any] = dict(compiled(field=spec).json_schema["properties"]["field"])
    found.pop("title")
    found.pop("x-type")
    return found


def problem_of(**spec: Any) -> tuple[str, str | None]:
    """(code, attr) of the only problem of one field."""
    with pytest.raises(Invalid) as caught:
        compiled(field=spec)
    (problem,) = caught.value.problems
    assert problem.remedy
    return problem.code, problem.attr


def test_it_writes_a_closed_object_of_draft_2020_12() -> None:
    schema = compiled(b={"type": "bool"}, a={"type": "int", "required": True}).json_schema
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["type"] == "object"
    assert schema["additionalProperties"] is False
    assert schema["required"] == ["a"]
    Draft202012Validator(schema)


def test_it_keeps_the_authors_order_of_fields() -> None:
    found = compiled(z={"type": "int"}, a={"type": "int"}, m={"type": "int"})
    assert list(found.json_schema["properties"]) == ["z", "a", "m"]
    assert found.ui_schema["ui:order"] == ["z", "a", "m"]


def test_it_takes_no_fields_at_all() -> None:
    found = compiled()
    assert found.json_schema["properties"] == {}
    assert found.initial == {}


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"type": "uint"}, {"type": "integer", "minimum": 0}),
        ({"type": "uint", "minValue": 3, "maxValue": None}, {"type": "integer", "minimum": 3}),
        ({"type": "uint", "range": [0, 1000]}, {"type": "integer", "minimum": 0, "maximum": 1000}),
        ({"type": "uint", "range": [None, 9]}, {"type": "integer", "minimum": 0, "maximum": 9}),
        ({"type": "int"}, {"type": "integer"}),
        (
            {"type": "int", "minValue": -5, "maxValue": 2**80},
            {"type": "integer", "minimum": -5, "maximum": 2**80},
        ),
        ({"type": "int", "minValue": 1.0}, {"type": "integer", "minimum": 1}),
        ({"type": "float", "range": [0.5, 2]}, {"type": "number", "minimum": 0.5, "maximum": 2}),
        (
            {"type": "string", "minLength": 1, "maxLength": 9},
            {"type": "string", "minLength": 1, "maxLength": 9},
        ),
        ({"type": "string", "pattern": "^[a-z]+$"}, {"type": "string", "pattern": "^[a-z]+$"}),
        ({"type": "text", "maxLength": 9}, {"type": "string", "maxLength": 9}),
        ({"type": "bool"}, {"type": "boolean"}),
        ({"type": "bool", "nullable": True}, {"type": ["boolean", "null"]}),
        ({"type": "int", "nullable": True}, {"type": ["integer", "null"]}),
    ],
)
def test_it_compiles_each_type(spec: dict[str, Any], expected: dict[str, Any]) -> None:
    assert rules(**spec) == expected


def test_it_describes_a_field_for_its_reader() -> None:
    found = compiled(
        user_id={"type": "uint", "label": "User", "help": "Who gets it", "placeholder": "4711"},
        user_name={"type": "text"},
    )
    assert found.json_schema["properties"]["user_id"]["title"] == "User"
    assert found.json_schema["properties"]["user_id"]["description"] == "Who gets it"
    assert found.ui_schema["user_id"] == {"ui:placeholder": "4711"}
    assert found.json_schema["properties"]["user_name"]["title"] == "User name"
    assert found.ui_schema["user_name"] == {"ui:widget": "textarea"}


def test_null_stands_for_a_key_that_is_not_given() -> None:
    keys = ("label", "help", "placeholder", "required", "nullable", "minValue", "maxValue", "range")
    assert rules(type="uint", **dict.fromkeys(keys)) == rules(type="uint")


def test_a_null_field_accepts_anything_and_a_null_job_type_is_hidden() -> None:
    found = compiled(anything=None, job_type=None)
    assert found.json_schema["properties"]["anything"] == {"title": "Anything"}
    assert found.ui_schema["anything"] == {"ui:field": "json"}
    assert found.ui_schema["job_type"] == {"ui:widget": "hidden"}
    assert found.fills_job_type


def test_a_job_type_with_rules_is_a_field_like_any_other() -> None:
    found = compiled(job_type={"type": "string"})
    assert not found.fills_job_type
    assert "job_type" not in found.ui_schema


def test_range_and_bounds_together_mean_the_narrower_and_a_warning() -> None:
    found = compiled(field={"type": "int", "range": [0, 10], "minValue": 2, "maxValue": 50})
    assert found.json_schema["properties"]["field"]["minimum"] == 2
    assert found.json_schema["properties"]["field"]["maximum"] == 10
    assert [(w.code, w.attr) for w in found.warnings] == [("RANGE_AND_BOUNDS", "payload_schema.field.range")]
    assert [(w.value, bool(w.remedy)) for w in found.warnings] == [([0, 10], True)]


@pytest.mark.parametrize(
    ("spec", "code", "key"),
    [
        ({"type": "uint", "minValue": 5, "maxValue": 3}, "maximum", "minValue"),
        ({"type": "uint", "range": [5, 3]}, "maximum", "range"),
        ({"type": "uint", "range": [5, None], "maxValue": 3}, "maximum", "maxValue"),
        ({"type": "uint", "minValue": -1}, "minimum", "minValue"),
        ({"type": "uint", "range": [-1, 3]}, "minimum", "range"),
        ({"type": "uint", "maxValue": -1}, "minimum", "maxValue"),
        ({"type": "uint", "minValue": "0"}, "type", "minValue"),
        ({"type": "uint", "minValue": True}, "type", "minValue"),
        ({"type": "int", "minValue": 0.5}, "type", "minValue"),
        ({"type": "int", "range": 5}, "type", "range"),
        ({"type": "int", "range": [1]}, "type", "range"),
        ({"type": "int", "range": [1, "2"]}, "type", "range"),
        ({"type": "int", "range": [True, 2]}, "type", "range"),
        ({"type": "float", "minValue": "x"}, "type", "minValue"),
        ({"type": "float", "range": [False, 1]}, "type", "range"),
        ({"type": "string", "minLength": -1}, "minimum", "minLength"),
        ({"type": "string", "minLength": 5, "maxLength": 3}, "maximum", "minLength"),
        ({"type": "string", "pattern": "(?=a)"}, "format", "pattern"),
        ({"type": "string", "pattern": r"(a)\1"}, "format", "pattern"),
        ({"type": "string", "pattern": "a{1000}{1000}"}, "format", "pattern"),
        ({"type": "string", "pattern": "["}, "format", "pattern"),
        ({"type": "string", "pattern": "a" * 501}, "maxLength", "pattern"),
        ({"type": "string", "label": 3}, "type", "label"),
        ({"type": "string", "help": "x" * 4001}, "maxLength", "help"),
        ({"type": "string", "required": "yes"}, "type", "required"),
        ({"type": "string", "nullable": 1}, "type", "nullable"),
        ({"type": "string", "minValue": 1}, "unknown_field", "minValue"),
        ({"type": "string", "isRequired": True}, "unknown_field", "isRequired"),
        ({"type": "uintt"}, "enum", "type"),
        ({"type": 3}, "type", "type"),
        ({"type": None}, "required", "type"),
        ({}, "required", "type"),
    ],
)
def test_it_refuses_what_makes_no_sense(spec: dict[str, Any], code: str, key: str) -> None:
    assert problem_of(**spec) == (code, f"payload_schema.field.{key}")


@pytest.mark.parametrize("spec", ["uint", 3, [], True])
def test_it_refuses_a_field_that_is_no_object(spec: Any) -> None:
    with pytest.raises(Invalid) as caught:
        compiled(field=spec)
    (problem,) = caught.value.problems
    assert (problem.code, problem.attr, problem.value) == ("type", "payload_schema.field", spec)


@pytest.mark.parametrize("name", ["user-id", "1st", "", "a b", "__proto__", "a" * 64, "straße", "a\n"])
def test_it_refuses_a_name_that_is_no_identifier(name: str) -> None:
    with pytest.raises(Invalid) as caught:
        compile_payload_schema({name: {"type": "int"}}, {})
    assert caught.value.problems[0].code == "pattern"


def test_it_refuses_a_field_called_job_id() -> None:
    with pytest.raises(Invalid) as caught:
        compiled(job_id=None)
    (problem,) = caught.value.problems
    assert (problem.code, problem.attr) == ("reserved", "payload_schema.job_id")


def test_names_that_mean_something_at_the_top_mean_nothing_inside() -> None:
    inner = {"type": "object", "fields": {"job_id": {"type": "int"}, "job_type": None}}
    fields = compiled(field=inner).json_schema["properties"]["field"]["properties"]
    assert fields["job_id"]["type"] == "integer"
    assert fields["job_type"] == {"title": "Job type"}


def test_it_shows_value_and_remedy_with_a_problem() -> None:
    with pytest.raises(Invalid) as caught:
        compiled(field={"type": "uint", "requierd": True})
    assert caught.value.problems[0].as_json() == {
        "code": "unknown_field",
        "detail": '"requierd" is no key of the type uint.',
        "attr": "payload_schema.field.requierd",
        "value": True,
        "remedy": "Did you mean required?",
    }


def test_it_lists_every_problem_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        compiled(a={"type": "uintt"}, b={"type": "uint", "minValue": "x"}, job_id=None, c=4)
    assert [problem.attr for problem in caught.value.problems] == [
        "payload_schema.a.type",
        "payload_schema.b.minValue",
        "payload_schema.job_id",
        "payload_schema.c",
    ]


def test_it_refuses_a_schema_larger_than_64_kilobytes() -> None:
    with pytest.raises(Invalid) as caught:
        compile_payload_schema({f"f{n}": {"type": "text", "help": "ü" * 1000} for n in range(40)}, {})
    assert caught.value.problems[0].code == "too_large"


def test_it_does_not_change_what_the_author_wrote() -> None:
    fields = {"f": {"type": "options", "options": ["a"], "nullable": True}, "g": {"type": "int"}}
    defaults = {"f": ["a", "x"], "g": 1.0}
    compile_payload_schema(fields, defaults)
    assert fields == {"f": {"type": "options", "options": ["a"], "nullable": True}, "g": {"type": "int"}}
    assert repr(defaults) == "{'f': ['a', 'x'], 'g': 1.0}"

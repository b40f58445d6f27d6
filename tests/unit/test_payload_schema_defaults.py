"""Default values: which are filled in, which are dropped with a warning, which are refused."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler_project.errors import Invalid
from templates_app.payload_schema import compile_payload_schema

COLOUR = {"type": "options", "options": ["red", "green"]}
COLOURS = {**COLOUR, "multiple": True}


def test_it_keeps_good_defaults_and_shows_them_in_the_schema() -> None:
    found = compile_payload_schema({"n": {"type": "uint"}, "b": {"type": "bool"}}, {"b": False, "n": 0})
    assert found.initial == {"n": 0, "b": False}
    assert list(found.initial) == ["n", "b"]
    assert found.json_schema["properties"]["b"]["default"] is False


def test_it_writes_a_whole_default_as_an_int() -> None:
    assert repr(compile_payload_schema({"n": {"type": "int"}}, {"n": 3.0}).initial) == "{'n': 3}"


@pytest.mark.parametrize(
    ("spec", "default", "initial", "dropped"),
    [
        (COLOUR, "red", {"f": "red"}, None),
        (COLOUR, "blue", {}, ["blue"]),
        (COLOUR, 1, {}, [1]),
        (COLOURS, ["green", "blue", "red"], {"f": ["green", "red"]}, ["blue"]),
        (COLOURS, ["blue"], {}, ["blue"]),
        (COLOURS, "red", {"f": ["red"]}, None),
        (COLOURS, "blue", {}, ["blue"]),
        (COLOURS, [], {"f": []}, None),
        ({**COLOURS, "required": True}, [], {}, None),
        ({**COLOUR, "nullable": True}, "blue", {}, ["blue"]),
        (COLOUR, None, {}, None),
    ],
)
def test_it_drops_what_is_not_offered_and_says_so(
    spec: dict[str, Any], default: Any, initial: dict[str, Any], dropped: list[Any] | None
) -> None:
    found = compile_payload_schema({"f": spec}, {"f": default})
    assert found.initial == initial
    if dropped is None:
        assert found.warnings == ()
        return
    (warning,) = found.warnings
    assert (warning.code, warning.attr, warning.value) == ("DEFAULT_NOT_IN_OPTIONS", "payload.f", dropped)
    assert "red, green" in str(warning.remedy)


def test_null_is_a_default_only_where_null_is_a_value() -> None:
    fields = {"a": {"type": "int"}, "b": {"type": "int", "nullable": True}, "c": None}
    assert compile_payload_schema(fields, {"a": None, "b": None, "c": None}).initial == {"b": None, "c": None}


def test_a_hidden_job_type_has_no_default() -> None:
    assert compile_payload_schema({"job_type": None}, {"job_type": ""}).initial == {}


@pytest.mark.parametrize(
    ("spec", "default", "code"),
    [
        ({"type": "uint"}, -1, "minimum"),
        ({"type": "uint"}, "0", "type"),
        ({"type": "uint"}, True, "type"),
        ({"type": "uint", "range": [0, 9]}, 10, "maximum"),
        ({"type": "string", "minLength": 2}, "x", "minLength"),
        ({"type": "string", "pattern": "^a$"}, "b", "pattern"),
        ({"type": "bool"}, "yes", "type"),
        ({"type": "int"}, 1e30, "type"),
        ({**COLOURS, "maxItems": 1}, ["red", "green"], "maxItems"),
    ],
)
def test_it_refuses_a_default_that_its_field_refuses(spec: dict[str, Any], default: Any, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        compile_payload_schema({"f": spec}, {"f": default})
    (problem,) = caught.value.problems
    assert (problem.code, problem.attr) == (code, "payload.f")


def test_it_refuses_a_default_without_a_field() -> None:
    with pytest.raises(Invalid) as caught:
        compile_payload_schema({"user_id": {"type": "uint"}}, {"user": 3})
    (problem,) = caught.value.problems
    assert (problem.code, problem.attr, problem.value) == ("unknown_field", "payload.user", 3)
    assert "Did you mean user_id?" in problem.detail


def test_the_default_of_a_field_that_is_not_shown_waits_in_the_schema() -> None:
    fields = {
        "mode": {"type": "options", "options": ["s3", "local"]},
        "bucket": {"type": "string", "showIf": {"field": "mode", "equals": "s3"}},
    }
    found = compile_payload_schema(fields, {"mode": "local", "bucket": "backups"})
    assert found.initial == {"mode": "local"}
    assert found.json_schema["properties"]["bucket"]["default"] == "backups"
    assert compile_payload_schema(fields, {"mode": "s3", "bucket": "b"}).initial == {
        "mode": "s3",
        "bucket": "b",
    }


def test_a_missing_default_of_a_required_field_is_no_fault() -> None:
    assert compile_payload_schema({"f": {"type": "uint", "required": True}}, {}).initial == {}

"""Default values: which are filled in, which are dropped with a warning, which are refused."""

from __future__ import annotations

from typing import Any

import pytest

from foundation.errors import Invalid
from templates_app.payload_schema import Compiled, compile_payload_schema

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


OBJECT = {"type": "object", "fields": {"colour": COLOUR, "host": {"type": "string"}}}
OBJECTS = {"type": "array", "items": OBJECT}


@pytest.mark.parametrize(
    ("spec", "default", "initial", "at"),
    [
        (OBJECT, {"colour": "blue", "host": "x"}, {"f": {"host": "x"}}, ".colour"),
        (OBJECT, {"colour": "blue"}, {"f": {}}, ".colour"),
        (
            {"type": "object", "fields": {"o": OBJECT}},
            {"o": {"colour": "blue"}},
            {"f": {"o": {}}},
            ".o.colour",
        ),
        (
            OBJECTS,
            [{"colour": "red"}, {"colour": "blue", "host": "x"}],
            {"f": [{"colour": "red"}, {"host": "x"}]},
            ".1.colour",
        ),
        ({"type": "array", "items": COLOUR}, ["blue", "red"], {"f": ["red"]}, ""),
        ({"type": "array", "items": COLOURS}, [["blue"], ["red", "green"]], {"f": [["red", "green"]]}, ".0"),
        ({"type": "array", "items": COLOURS}, [["blue"]], {}, ".0"),
        ({**COLOURS, "minItems": 2}, ["red", "blue"], {}, ""),
    ],
)
class TestADefaultThatIsNotOfferedIsDroppedWhereverItStands:
    def test_in_payload(self, spec: Any, default: Any, initial: Any, at: str) -> None:
        found = compile_payload_schema({"f": spec}, {"f": default})
        assert found.initial == initial
        assert "blue" not in repr(found.fill_defaults({"f": {}} if spec is OBJECT else {}))
        self.assert_told(found, f"payload.f{at}")

    def test_at_the_field_itself(self, spec: Any, default: Any, initial: Any, at: str) -> None:
        found = compile_payload_schema({"f": {**spec, "default": default}}, {})
        assert found.initial == initial
        self.assert_told(found, f"payload_schema.f.default{at}")

    @staticmethod
    def assert_told(found: Compiled, attr: str) -> None:
        (warning,) = found.warnings
        assert (warning.code, warning.attr, warning.value) == ("DEFAULT_NOT_IN_OPTIONS", attr, ["blue"])


@pytest.mark.parametrize("spec", [COLOUR, COLOURS])
def test_a_default_at_a_field_inside_others_is_dropped_as_well(spec: dict[str, Any]) -> None:
    inner = {"type": "object", "fields": {"colour": {**spec, "default": "blue"}}}
    found = compile_payload_schema({"o": inner, "a": {"type": "array", "items": inner}}, {"o": {}, "a": [{}]})
    assert found.initial == {"o": {}, "a": [{}]}
    assert [warning.attr for warning in found.warnings] == [
        "payload_schema.o.fields.colour.default",
        "payload_schema.a.items.fields.colour.default",
    ]


def test_the_rest_of_the_defaults_is_still_checked() -> None:
    with pytest.raises(Invalid) as caught:
        compile_payload_schema({"f": OBJECT}, {"f": {"colour": "blue", "host": 5}})
    assert [(one.code, one.attr) for one in caught.value.problems] == [("type", "payload.f.host")]


def test_a_secret_beside_it_stays_hidden() -> None:
    fields = {"o": {"type": "object", "fields": {"colour": COLOUR, "key": {"type": "secret"}}}}
    found = compile_payload_schema(fields, {"o": {"colour": "blue", "key": "hunter2"}})
    assert found.initial == {"o": {"key": "$encrypted$"}}
    assert "hunter2" not in repr((found.json_schema, found.warnings))


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

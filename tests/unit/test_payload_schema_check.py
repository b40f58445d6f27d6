"""Payloads are validated: defaults are filled in, every problem is reported at its field, nothing is rounded."""

from __future__ import annotations

from typing import Any

import pytest

from foundation.errors import Invalid, Problem
from templates_app.payload_schema import Compiled, compile_payload_schema, complete_payload

ARCHIVE = compile_payload_schema(
    {
        "user_id": {"type": "uint", "minValue": 0, "maxValue": None, "required": True, "label": "User Id"},
        "filter": {
            "type": "options",
            "options": ["location_history", "likes"],
            "required": True,
            "label": "Filters",
        },
        "job_type": None,
    },
    {"user_id": 0, "filter": ["location_history", "activity"], "job_type": ""},
)


def len_of(number: int) -> str:
    return f"{number.bit_length()} bits"


def field(default: Any = None, **spec: Any) -> Compiled:
    return compile_payload_schema({"f": spec}, {} if default is None else {"f": default})


def complete(compiled: Compiled, payload: Any) -> dict[str, Any]:
    return complete_payload(compiled, payload, job_type="archive_job")


def problems(compiled: Compiled, payload: Any) -> list[Problem]:
    with pytest.raises(Invalid) as caught:
        complete(compiled, payload)
    return list(caught.value.problems)


def problem_of(compiled: Compiled, payload: Any) -> tuple[str, str | None, str]:
    (problem,) = problems(compiled, payload)
    return problem.code, problem.attr, problem.detail


def test_absent_keys_take_their_defaults_and_the_job_type_is_filled_in() -> None:
    expected = {"user_id": 0, "filter": ["location_history"], "job_type": "archive_job"}
    assert complete(ARCHIVE, {}) == expected


def test_a_sent_job_type_is_replaced() -> None:
    assert complete(ARCHIVE, {"job_type": "other"})["job_type"] == "archive_job"


def test_one_value_is_taken_for_a_list_by_a_multi_select() -> None:
    assert complete(ARCHIVE, {"filter": "likes"})["filter"] == ["likes"]


def test_filled_in_defaults_are_copies() -> None:
    complete(ARCHIVE, {})["filter"].append("mine")
    assert complete(ARCHIVE, {})["filter"] == ["location_history"]


def test_the_callers_payload_is_left_as_it_was() -> None:
    payload = {"filter": "likes", "user_id": 3.0, "job_type": "x"}
    complete(ARCHIVE, payload)
    assert payload == {"filter": "likes", "user_id": 3.0, "job_type": "x"}


def test_keys_come_in_the_order_of_the_fields() -> None:
    assert list(complete(ARCHIVE, {"filter": "likes", "user_id": 1})) == ["user_id", "filter", "job_type"]


def test_a_required_field_without_default_must_be_given() -> None:
    assert problem_of(field(type="uint", required=True, label="User Id"), {}) == (
        "required",
        "payload.f",
        "User Id is required",
    )
    assert complete(field(type="uint"), {}) == {}


@pytest.mark.parametrize(
    ("spec", "value", "code", "detail"),
    [
        ({"type": "uint"}, -1, "minimum", "Enter a whole number, 0 or more"),
        ({"type": "uint"}, 1.5, "type", "Enter a whole number, 0 or more"),
        ({"type": "uint"}, "abc", "type", "Enter a whole number, 0 or more"),
        ({"type": "uint"}, True, "type", "Enter a whole number, 0 or more"),
        ({"type": "uint"}, [1], "type", "Enter a whole number, 0 or more"),
        ({"type": "uint", "range": [0, 1000]}, 1001, "maximum", "Must be between 0 and 1000"),
        ({"type": "uint", "range": [0, 1000]}, -1, "minimum", "Must be between 0 and 1000"),
        ({"type": "uint", "range": [0, 1000]}, "x", "type", "Enter a whole number between 0 and 1000"),
        ({"type": "int", "maxValue": 5}, 6, "maximum", "Enter a whole number, 5 or less"),
        ({"type": "int"}, "1", "type", "Enter a whole number"),
        ({"type": "float"}, "1", "type", "Enter a number"),
        ({"type": "float", "minValue": 0.5}, 0.4, "minimum", "Enter a number, 0.5 or more"),
        ({"type": "bool"}, "yes", "type", "Choose yes or no"),
        ({"type": "bool"}, 1, "type", "Choose yes or no"),
        ({"type": "string"}, 5, "type", "Enter a text"),
        ({"type": "string", "minLength": 3}, "ab", "minLength", "Use at least 3 characters (now 2)"),
        ({"type": "string", "maxLength": 1}, "ab", "maxLength", "Use at most 1 character (now 2)"),
        ({"type": "string", "pattern": "^a+$"}, "b", "pattern", "Does not match ^a+$"),
        ({"type": "options", "options": ["a", "b"]}, "c", "enum", "Choose one of: a, b"),
        ({"type": "options", "options": ["a", "b"]}, 3, "enum", "Choose one of: a, b"),
        ({"type": "options", "options": [1, True]}, False, "enum", "Choose one of: 1, true"),
        ({"type": "options", "options": [{"value": "a", "label": "A"}]}, "A", "enum", "Choose one of: a"),
        (
            {"type": "options", "options": list("abcdefg")},
            "x",
            "enum",
            "Choose one of: a, b, c, d, e and 2 more",
        ),
    ],
)
def test_it_names_the_broken_rule_and_says_what_to_do(
    spec: dict[str, Any], value: Any, code: str, detail: str
) -> None:
    assert problem_of(field(**spec), {"f": value}) == (code, "payload.f", detail)


@pytest.mark.parametrize(
    ("value", "code", "attr"),
    [
        ("activity", "enum", "payload.filter"),
        (["likes", "activity"], "enum", "payload.filter.1"),
        ([3], "enum", "payload.filter.0"),
        (["likes", "likes"], "uniqueItems", "payload.filter"),
        ([], "minItems", "payload.filter"),
        ({}, "type", "payload.filter"),
        (None, "required", "payload.filter"),
        ([None], "type", "payload.filter.0"),
    ],
)
def test_it_points_at_the_wrong_choice_of_a_multi_select(value: Any, code: str, attr: str) -> None:
    assert problem_of(ARCHIVE, {"filter": value})[:2] == (code, attr)


def test_null_is_no_value_unless_the_field_is_nullable() -> None:
    assert problem_of(field(type="uint", required=True), {"f": None}) == (
        "required",
        "payload.f",
        "F is required",
    )
    assert problem_of(field(type="uint"), {"f": None}) == (
        "type",
        "payload.f",
        "F must not be empty: enter a whole number, 0 or more",
    )
    assert problem_of(field(type="options", options=["a"]), {"f": None})[:2] == ("type", "payload.f")
    assert complete(field(type="uint", required=True, nullable=True), {"f": None}) == {"f": None}
    assert complete(field(type="options", options=["a"], nullable=True), {"f": None}) == {"f": None}
    assert complete(field(type="options", options=["a"], multiple=True, nullable=True), {"f": None}) == {
        "f": None
    }


def test_null_sent_does_not_take_the_default() -> None:
    assert problem_of(field(default=3, type="uint"), {"f": None})[0] == "type"


def test_unknown_keys_are_refused_by_name() -> None:
    assert problem_of(field(type="uint"), {"g": 1}) == (
        "unknown_field",
        "payload.g",
        "There is no field g. The fields are: f.",
    )
    assert problem_of(ARCHIVE, {"user": 1})[2] == "There is no field user. Did you mean user_id?"
    assert [p.attr for p in problems(compile_payload_schema({}, {}), {"a": 1, "b": 2})] == [
        "payload.a",
        "payload.b",
    ]


def test_every_problem_is_reported_in_the_order_of_the_fields() -> None:
    found = problems(ARCHIVE, {"zz": 1, "filter": "nope", "user_id": -1})
    assert [(p.code, p.attr) for p in found] == [
        ("minimum", "payload.user_id"),
        ("enum", "payload.filter"),
        ("unknown_field", "payload.zz"),
    ]


@pytest.mark.parametrize("payload", [None, [], "x", 3, True])
def test_a_payload_must_be_an_object(payload: Any) -> None:
    assert problem_of(ARCHIVE, payload)[:2] == ("type", "payload")


@pytest.mark.parametrize("number", [2**53 + 1, 2**64 + 1, 2**70, 10**3999], ids=len_of)
def test_whole_numbers_of_any_size_are_kept_exactly(number: int) -> None:
    assert complete(field(type="uint"), {"f": number}) == {"f": number}
    assert problem_of(field(type="uint", maxValue=number - 1), {"f": number})[0] == "maximum"
    assert complete(field(type="uint", maxValue=number), {"f": number}) == {"f": number}


def test_a_whole_number_written_with_a_point_becomes_an_int() -> None:
    assert repr(complete(field(type="uint"), {"f": 1.0})) == "{'f': 1}"
    assert repr(complete(field(type="options", options=[1, 2]), {"f": 2.0})) == "{'f': 2}"
    assert repr(complete(field(type="float"), {"f": 1.0})) == "{'f': 1.0}"


def test_a_whole_number_that_may_have_been_rounded_is_refused() -> None:
    code, attr, detail = problem_of(field(type="uint"), {"f": 1e30})
    assert (code, attr) == ("type", "payload.f")
    assert "in full" in detail


def test_a_null_field_accepts_anything() -> None:
    anything = compile_payload_schema({"f": None}, {})
    values: list[Any] = [None, 1, "x", [1, {"a": None}], {"b": []}]
    for value in values:
        assert complete(anything, {"f": value}) == {"f": value}


@pytest.mark.parametrize(
    ("value", "attr"),
    [
        ({"f": "a\0b"}, "payload.f"),
        ({"f": "\ud800"}, "payload.f"),
        ({"f": [1, {"x": "\udfff"}]}, "payload.f.1.x"),
        ({"f": {"\0": 1}}, "payload.f"),
        ({"f": float("nan")}, "payload.f"),
        ({"f": float("inf")}, "payload.f"),
        ({"f": 10**5000}, "payload.f"),
        ({"f": {1: 2}}, "payload.f"),
        ({"f": {1, 2}}, "payload.f"),
        ({"\ud800": 1}, "payload"),
    ],
)
def test_what_cannot_be_stored_is_refused(value: dict[str, Any], attr: str) -> None:
    anything = compile_payload_schema({"f": None}, {})
    found = problems(anything, value)
    assert (found[0].code, found[0].attr) == ("format", attr)


def test_depth_and_number_of_values_are_limited() -> None:
    anything = compile_payload_schema({"f": None}, {})

    def nested(levels: int) -> Any:
        value: Any = 1
        for _ in range(levels):
            value = [value]
        return value

    assert complete(anything, {"f": nested(31)})
    assert problem_of(anything, {"f": nested(32)})[:2] == ("too_deep", "payload")
    assert problem_of(anything, {"f": nested(5_000)})[:2] == ("too_deep", "payload")
    assert complete(anything, {"f": [0] * 9_998})
    assert problem_of(anything, {"f": [0] * 9_999})[:2] == ("too_large", "payload")


def test_many_unknown_keys_are_answered_quickly_and_all() -> None:
    wide = compile_payload_schema({f"field_{n}": {"type": "int"} for n in range(200)}, {})
    found = problems(wide, {f"feild_{n}": 1 for n in range(2_000)})
    assert len(found) == 2_000
    assert "Did you mean" in found[0].detail
    assert "Did you mean" not in found[-1].detail

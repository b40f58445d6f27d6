"""Laws that hold for every schema and every payload."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator

from foundation.errors import Invalid, Problem
from templates_app.payload_schema import Compiled, compile_payload_schema, complete_payload
from tests.support.payload_schemas import PAYLOAD_SCHEMAS

names = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True).filter(
    lambda name: name not in ("job_id", "job_type")
)
bounds = st.integers(0, 50)
whole = st.builds(
    lambda kind, low, span: {"type": kind, "minValue": low, "maxValue": low + span},
    st.sampled_from(["int", "uint"]),
    bounds,
    bounds,
)
texts = st.builds(
    lambda least, more: {"type": "string", "minLength": least, "maxLength": least + more}, bounds, bounds
)
choices = st.builds(
    lambda options, multiple: {"type": "options", "options": options, "multiple": multiple},
    st.lists(st.text(max_size=5), min_size=1, max_size=5, unique=True),
    st.booleans(),
)
plain = st.sampled_from([{"type": "bool"}, {"type": "float"}, {"type": "text"}])
specs = st.builds(
    lambda spec, required, nullable: {**spec, "required": required, "nullable": nullable},
    st.one_of(whole, texts, choices, plain),
    st.booleans(),
    st.booleans(),
)
schemas = st.dictionaries(names, specs, max_size=4)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-100, 2**70) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


def validate(compiled: Compiled, payload: Any) -> tuple[dict[str, Any] | None, tuple[Problem, ...]]:
    try:
        return complete_payload(compiled, payload, job_type="t"), ()
    except Invalid as exc:
        return None, exc.problems


@given(schemas, st.data())
def test_any_payload_is_completed_or_refused_with_paths(schema: dict[str, Any], data: st.DataObject) -> None:
    compiled = compile_payload_schema(schema, {})
    keys = st.sampled_from([*schema, "stranger"])
    complete, problems = validate(compiled, data.draw(st.dictionaries(keys, json_values, max_size=4)))
    if complete is None:
        assert problems
        assert all(problem.attr and problem.attr.split(".")[0] == "payload" for problem in problems)
        assert all(problem.detail and problem.code for problem in problems)
    else:
        assert Draft202012Validator(compiled.json_schema).is_valid(complete)
        assert validate(compiled, complete) == (complete, ())
        assert set(complete) <= set(schema)


@given(PAYLOAD_SCHEMAS, st.data())
def test_what_was_completed_once_is_complete_and_stays_as_it_is(
    schema: dict[str, Any], data: st.DataObject
) -> None:
    """Jobs are run again, and series go on, with payloads that were completed before."""
    compiled = compile_payload_schema(schema, {})
    payload = data.draw(st.dictionaries(st.sampled_from([*schema, "stranger"]), json_values, max_size=4))
    complete, problems = validate(compiled, payload)
    assert (complete is None) is bool(problems)
    if complete is not None:
        assert validate(compiled, complete) == (complete, ())


@given(schemas)
def test_every_compiled_schema_is_a_json_schema_and_json(schema: dict[str, Any]) -> None:
    compiled = compile_payload_schema(schema, {})
    Draft202012Validator(compiled.json_schema)
    assert json.loads(json.dumps(compiled.json_schema)) == compiled.json_schema
    assert compiled.ui_schema["ui:order"] == list(schema)
    assert compile_payload_schema(schema, {}).json_schema == compiled.json_schema


@given(
    st.dictionaries(st.text(max_size=6), json_values, max_size=3),
    st.dictionaries(st.text(max_size=6), json_values, max_size=3),
)
def test_any_json_for_a_schema_is_compiled_or_refused(
    schema: dict[str, Any], payload: dict[str, Any]
) -> None:
    with suppress(Invalid):
        compiled = compile_payload_schema(schema, payload)
        assert set(compiled.json_schema["properties"]) == set(schema)

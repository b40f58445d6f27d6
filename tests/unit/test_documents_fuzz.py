"""Any template document is read, or refused with the places of its problems: no other error is raised."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Invalid, Problem
from templates_app.documents import parse_document
from tests.support.payload_schemas import PAYLOAD_SCHEMAS

WORDS = st.sampled_from(
    [
        "type",
        "fields",
        "items",
        "showIf",
        "field",
        "equals",
        "in",
        "all",
        "not",
        "options",
        "default",
        "alpha",
    ]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(st.characters(), max_size=5)
    | WORDS
    | st.sampled_from(["int", "object", "array", "secret", "date", "2026-01-31", "(", "^a$", "$encrypted$"])
)
ANY_JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(WORDS | st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)


def document(payload_schema: Any, payload: Any = None, **more: Any) -> dict[str, Any]:
    return {
        "type": "fuzzed_job",
        "startInSeconds": 0,
        "userTriggered": True,
        "rescheduleAfterTermination": False,
        "payload_schema": payload_schema,
        "payload": payload,
        **more,
    }


def assert_read_or_refused(data: Any) -> None:
    before = copy.deepcopy(data)
    problems: tuple[Problem, ...] = ()
    try:
        compiled = parse_document(data).compiled
        json.dumps([compiled.json_schema, compiled.ui_schema, compiled.initial])
    except Invalid as exc:
        problems = exc.problems or (Problem("", ""),)
    assert all(problem.code and problem.detail for problem in problems)
    assert repr(data) == repr(before)


@given(ANY_JSON)
def test_any_json_is_a_template_or_refused(data: Any) -> None:
    assert_read_or_refused(data)


@given(ANY_JSON, ANY_JSON, ANY_JSON)
def test_any_fields_defaults_and_layout_are_read_or_refused(fields: Any, payload: Any, layout: Any) -> None:
    assert_read_or_refused(document(fields, payload, payload_ui=layout))


@given(
    PAYLOAD_SCHEMAS, st.dictionaries(WORDS, ANY_JSON, max_size=2), ANY_JSON, st.randoms(use_true_random=False)
)
def test_a_good_template_with_one_place_spoilt_is_read_or_refused(
    fields: dict[str, Any], payload: dict[str, Any], spoilt: Any, chance: Any
) -> None:
    assert_read_or_refused(document(_spoil(copy.deepcopy(fields), spoilt, chance), payload))


def _spoil(value: Any, spoilt: Any, chance: Any) -> Any:
    """Something else at a random place, an existing key or a new one."""
    if not isinstance(value, dict | list) or not value or chance.random() < 0.2:
        return spoilt
    if isinstance(value, list):
        place = chance.randrange(len(value))
        value[place] = _spoil(value[place], spoilt, chance)
        return value
    key = chance.choice([*value, "showIf", "default"])
    value[key] = _spoil(value.get(key), spoilt, chance)
    return value

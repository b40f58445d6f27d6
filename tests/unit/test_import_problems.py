"""However a file is broken, each problem that an import reports has the value that is there, and a remedy."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from catalogue.importing import with_remedies
from catalogue.incompatible_payloads import value_at
from foundation.errors import ABSENT, Invalid, Problem
from foundation.strict_json import parse_json
from templates_app.documents import parse_file

FIXTURES = Path(settings.BASE_DIR) / "tests/fixtures"
FILE: dict[str, Any] = json.loads((FIXTURES / "odd_shapes.json").read_text())


def find_problems(raw: bytes) -> list[dict[str, Any]]:
    """Returns the problems of a file as the API and the command report them: as JSON, which has no NaN."""
    try:
        parse_file(parse_json(raw))
    except Invalid as exc:
        reported = [problem.as_json() for problem in with_remedies(exc.problems)]
        found: list[dict[str, Any]] = json.loads(json.dumps(reported, allow_nan=False))
        return found
    return []


def assert_whole(problems: list[dict[str, Any]]) -> None:
    for problem in problems:
        assert set(problem) == {"code", "detail", "attr", "value", "remedy"}
        assert problem["remedy"]


def places(value: Any) -> list[tuple[Any, Any]]:
    """Each container with each of its keys."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, inner in list(pairs) for place in [(value, key), *places(inner)]]


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.just(10**4200)
    | st.floats()
    | st.text(st.characters(), max_size=5)
    | st.sampled_from(["import", "$encrypted$", "secret", "options", "9" * 5000, "a\0b", "\ud800"])
    | st.just([None] * 10_001)
    | st.just(json.loads("[" * 30 + "]" * 30))
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(st.data())
def test_a_file_with_other_values_in_it(data: st.DataObject) -> None:
    file = deepcopy(FILE)
    for _ in range(data.draw(st.integers(1, 3))):
        there = places(file)
        container, key = there[data.draw(st.integers(0, len(there) - 1))]
        if data.draw(st.booleans()):
            container[key] = deepcopy(data.draw(ANYTHING))
        elif isinstance(container, dict):
            container[data.draw(st.text(max_size=3))] = container.pop(key)
    assert_whole(find_problems(json.dumps(file).encode()))


@given(st.data())
def test_a_file_with_other_characters_in_it(data: st.DataObject) -> None:
    raw = json.dumps(FILE).encode()
    start = data.draw(st.integers(0, len(raw)))
    end = start + data.draw(st.integers(0, 40))
    assert_whole(find_problems(raw[:start] + data.draw(st.binary(max_size=5)) + raw[end:]))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "parse_error"),
        ("[", "parse_error"),
        ('{"a": NaN}', "parse_error"),
        ('{"a": "\\ud800"}', "parse_error"),
        ('{"a": "\\u0000"}', "parse_error"),
        ("[" * 40 + "]" * 40, "parse_error"),
        ('{"a": 1, "a": 2}', "duplicate_key"),
        ("[]", "type"),
        ('{"a": [1e999]}', "type"),
        ('{"a": {"type": 1e999}}', "format"),
        (json.dumps({"a": {"payload": [1] * 10_001}}), "too_large"),
        (
            json.dumps({"a": FILE["range_job"] | {"payload_schema": {"n": {"help": "x" * 70_000}}}}),
            "too_large",
        ),
    ],
)
def test_a_file_that_cannot_be_read_at_all(text: str, code: str) -> None:
    found = find_problems(text.encode())
    assert code in [problem["code"] for problem in found]
    assert_whole(found)


def test_a_value_and_remedy_that_are_given_stay() -> None:
    problem = Problem("enum", "No.", "a", 5, "Write 6.")
    assert with_remedies([problem]) == (problem,)


@pytest.mark.parametrize(
    ("attr", "value"),
    [("a.b.1", 6), ("a", {"b": [5, 6]}), ("a.b.2", ABSENT), ("a.b.x", ABSENT), ("", ABSENT)],
)
def test_a_value_is_found_by_its_place(attr: str, value: Any) -> None:
    assert value_at({"a": {"b": [5, 6]}}, attr) == value

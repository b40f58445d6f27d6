"""Which patterns are accepted, and which of them a browser may see."""

from __future__ import annotations

import time

import pytest

from foundation.errors import Invalid
from templates_app.payload_schema import compile_payload_schema, complete_payload
from templates_app.payload_schema.textual import is_linear_time, is_safe_in_browsers


@pytest.mark.parametrize(
    "pattern",
    [
        "^[a-z][a-z0-9_-]*$",
        "^(dev|staging|prod)$",
        "foo",
        r"^\d{4}-\d{2}-\d{2}$",
        r"^v\d{1,3}\.\d{1,3}$",
        "^a?b?$",
        "^.+$",
    ],
)
def test_a_browser_may_see_patterns_that_take_linear_time(pattern: str) -> None:
    assert is_linear_time(pattern)
    assert is_safe_in_browsers(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "^(a+)+$",
        "^(a|a)*$",
        "^(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)$",
        "^a*a*b$",
        "a*b",
        "^a?a?a?a?a?a?a?aaaaaaa$",
        "(^a|b*)c",
        r"^\p{L}+$",
        "^(?:ab)+$",
        "^[a&&b]$",
        r"^a\-b$",
        r"\Aa",
    ],
)
def test_a_browser_does_not_see_patterns_that_may_hang_it_or_mean_something_else(pattern: str) -> None:
    assert is_linear_time(pattern)
    assert not is_safe_in_browsers(pattern)


@pytest.mark.parametrize("pattern", ["^(?=a)b$", r"(a)\1", "a{1000}{1000}", "(", "[", r"\Z", "(?<=a)b"])
def test_a_pattern_without_linear_time_is_none(pattern: str) -> None:
    assert not is_linear_time(pattern)


def test_a_hidden_pattern_is_checked_by_the_server_and_in_linear_time() -> None:
    found = compile_payload_schema({"f": {"type": "string", "pattern": "^(a+)+$"}}, {})
    field = found.json_schema["properties"]["f"]
    assert "pattern" not in field
    assert field["x-pattern"] == "^(a+)+$"

    begin = time.perf_counter()
    with pytest.raises(Invalid) as caught:
        complete_payload(found, {"f": "a" * 100_000 + "!"}, job_type="t")
    assert time.perf_counter() - begin < 1.0  # a backtracking engine would need longer than the universe has
    assert caught.value.problems[0].code == "pattern"
    assert complete_payload(found, {"f": "aaa"}, job_type="t") == {"f": "aaa"}


def test_a_pattern_may_bring_its_own_sentence() -> None:
    spec = {"type": "string", "pattern": "^[A-Z]{3}$", "patternMessage": "Write an airport's three letters"}
    with pytest.raises(Invalid) as caught:
        complete_payload(compile_payload_schema({"f": spec}, {}), {"f": "Ber"}, job_type="t")
    assert caught.value.problems[0].detail == "Write an airport's three letters"

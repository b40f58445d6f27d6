"""A token is recognized by its prefix and its checksum, without a look-up."""

from __future__ import annotations

import re
import zlib

import pytest

from accounts.token_format import PATTERN, checksum, make_token, may_be_token
from accounts.token_limits import includes
from tests.support.tracked import ROOT


def test_each_token_is_another_and_has_prefix_and_checksum() -> None:
    tokens = {make_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(re.fullmatch(PATTERN, token) and may_be_token(token) for token in tokens)


def test_the_checksum_is_the_one_that_the_pages_describe() -> None:
    assert zlib.crc32(b"rjs_abc") == 2827825019
    assert checksum("rjs_abc") == "35NGSx"


@pytest.mark.parametrize("place", [4, 20, -7, -1])
def test_one_other_character_makes_it_no_token(place: int) -> None:
    letters = list(make_token())
    letters[place] = "a" if letters[place] != "a" else "b"
    assert not may_be_token("".join(letters))


@pytest.mark.parametrize("text", ["rjs_", "rjs_000000", "rjs_é", "rjs_\0", "rjs_x"])
def test_a_text_with_the_prefix_only_is_no_token(text: str) -> None:
    assert not may_be_token(text)


@pytest.mark.parametrize("text", ["", "0123456789abcdef" * 4, "made-up"])
def test_a_text_without_the_prefix_may_be_an_older_token(text: str) -> None:
    assert may_be_token(text)


def test_the_pages_have_the_expression_for_scanners() -> None:
    assert f"`{PATTERN}`" in (ROOT / "docs/operators.md").read_text()


@pytest.mark.parametrize(
    ("outer", "inner", "expected"),
    [
        ("billing_job", "billing_job", True),
        ("billing_*", "billing_*", True),
        ("*_job", "*_job", True),
        ("billing_*", "billing_job", True),
        ("*_job", "billing_job", True),
        ("*", "*", True),
        ("*", "a*b", True),
        ("ab*", "abc*", True),
        ("ab*", "ab*c", True),
        ("ab*", "a*", False),
        ("ab*", "*", False),
        ("billing_*", "mail_job", False),
        ("billing_job", "billing_*", False),
        ("*_job", "a*_job", False),  # it is included, but the rule is simple
        ("a*b", "a*bb", False),
    ],
)
def test_a_pattern_is_inside_another_if_that_is_certain(outer: str, inner: str, expected: bool) -> None:
    assert includes(outer, inner) is expected

"""Secret values are replaced in everything that an attempt reports."""

from __future__ import annotations

import json

import pytest

from jobs.running.redaction import Redaction

KEY = 'p"a\\ss wörd/1'


def test_a_value_is_replaced_wherever_it_stands():
    assert Redaction([KEY]).redact_text(f"key={KEY}; again {KEY}.") == "key=$encrypted$; again $encrypted$."


def test_without_values_nothing_changes():
    assert Redaction().redact_text("key") == "key"
    assert Redaction([""]).redact_text("key") == "key"
    assert not Redaction([""]).has_values


@pytest.mark.parametrize(
    "spelled",
    [
        json.dumps({"a": KEY}),
        json.dumps(KEY, ensure_ascii=False),
        repr({"a": KEY}),
        "?key=p%22a%5Css%20w%C3%B6rd%2F1",
    ],
)
def test_it_is_found_as_json_repr_and_addresses_write_it(spelled):
    redacted = Redaction([KEY]).redact_text(spelled)
    assert "$encrypted$" in redacted
    assert "rd" not in redacted


def test_of_two_values_the_longer_is_replaced_first():
    assert Redaction(["abc", "abcdef"]).redact_text("abcdef abc") == "$encrypted$ $encrypted$"


def test_each_line_of_a_value_with_many_is_found_by_itself():
    redaction = Redaction(["-----BEGIN-----\nc2VjcmV0\n}\n"])
    assert redaction.redact_text("  c2VjcmV0") == "  $encrypted$"
    assert redaction.redact_text("{}") == "{}"


def test_values_are_cut_out_of_json_names_and_numbers_too():
    redaction = Redaction(["s3cret", "4711"])
    value = {"s3cret": [{"a": "my s3cret"}, 4711, 47110, True, None]}
    assert redaction.redact_json(value) == {
        "$encrypted$": [{"a": "my $encrypted$"}, "$encrypted$", 47110, True, None]
    }

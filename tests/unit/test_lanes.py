"""The text of a wake-up names lanes and times exactly; whatever else it is, it means that anything may have changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from jobs.lanes import MAX_WAKEUP_BYTES, Lane, decode_wakeup, encode_wakeup

NOW = datetime(2026, 11, 29, 12, 0, 0, 123457, tzinfo=UTC)


@pytest.mark.parametrize(
    "due", [{}, {Lane("default", False, 0, "otp"): NOW, Lane("ä 'x'", True, 9, "b"): NOW}]
)
def test_what_is_encoded_is_decoded_to_the_microsecond(due: dict[Lane, datetime]) -> None:
    assert decode_wakeup(encode_wakeup(due)) == due


def test_none_is_an_empty_text_and_an_empty_text_is_none() -> None:
    assert encode_wakeup(None) == ""
    assert decode_wakeup("") is None


def test_too_many_lanes_for_one_notification_are_not_named() -> None:
    due = {Lane("default", False, 0, f"type_{n}"): NOW + timedelta(seconds=n) for n in range(200)}
    assert encode_wakeup(due) == ""
    few = dict(list(due.items())[:100])
    assert 0 < len(encode_wakeup(few)) <= MAX_WAKEUP_BYTES


@pytest.mark.parametrize(
    "text", ["x", "7", "null", "[1]", "[[1]]", '[["a", false, 0, "b", "later"]]', '{"a": 1}']
)
def test_a_text_of_another_form_means_that_anything_may_have_changed(text: str) -> None:
    assert decode_wakeup(text) is None

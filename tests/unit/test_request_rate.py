"""A key may send so many requests a second, and a burst of more."""

from __future__ import annotations

import pytest

from accounts import request_rate
from accounts.request_rate import RequestRate


def test_a_burst_is_allowed_and_then_the_rate() -> None:
    rate = RequestRate(2, burst=4)
    assert [rate.count("a", now=10.0) for _ in range(5)] == [None, None, None, None, 0.5]
    assert rate.count("a", now=10.25) == 0.25
    assert rate.count("a", now=10.5) is None
    assert rate.count("a", now=10.5) == 0.5
    assert [rate.count("a", now=1000.0) for _ in range(5)] == [None, None, None, None, 0.5]


def test_keys_do_not_affect_each_other() -> None:
    rate = RequestRate(1, burst=1)
    assert [rate.count(key, now=1.0) for key in "abab"] == [None, None, 1.0, 1.0]


def test_zero_sets_no_limit() -> None:
    rate = RequestRate(0, burst=0)
    assert [rate.count("a", now=1.0) for _ in range(1000)] == [None] * 1000


def test_of_many_keys_the_one_that_was_idle_for_longest_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_rate, "MAX_BUCKETS", 2)
    rate = RequestRate(1, burst=1)
    assert [rate.count(key, now=1.0) for key in "abac"] == [None, None, 1.0, None]
    assert rate.count("a", now=1.0) == 1.0
    assert rate.count("b", now=1.0) is None

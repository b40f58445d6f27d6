"""The places where two documents differ."""

from __future__ import annotations

import pytest

from foundation.json_diff import list_changes

BEFORE = {"type": "a", "priority": 1, "payload_schema": {"n": {"type": "int", "maxValue": 5}}, "payload": {}}


def test_equal_documents_have_no_changes_whatever_the_order_of_their_keys():
    assert list_changes(BEFORE, dict(reversed(BEFORE.items()))) == []


def test_a_change_far_inside_is_named_by_its_path():
    after = BEFORE | {"payload_schema": {"n": {"type": "int", "maxValue": 9}}}
    assert list_changes(BEFORE, after) == [{"path": "payload_schema.n.maxValue", "before": 5, "after": 9}]


def test_what_is_new_has_no_before_and_what_is_gone_no_after():
    after = {key: value for key, value in BEFORE.items() if key != "priority"} | {"label": "A"}
    assert list_changes(BEFORE, after) == [{"path": "priority", "before": 1}, {"path": "label", "after": "A"}]


def test_a_new_field_is_one_change_with_all_its_rules():
    after = BEFORE | {"payload_schema": BEFORE["payload_schema"] | {"m": {"type": "bool"}}}
    assert list_changes(BEFORE, after) == [{"path": "payload_schema.m", "after": {"type": "bool"}}]


def test_null_is_a_value_and_not_the_same_as_nothing():
    assert list_changes({"a": None}, {}) == [{"path": "a", "before": None}]
    assert list_changes({}, {"a": None}) == [{"path": "a", "after": None}]


@pytest.mark.parametrize(("one", "other"), [(1, 1.0), (1, True), (0, False), ([1, 2], [2, 1]), ({}, [])])
def test_json_that_differs_is_a_change(one, other):
    assert list_changes({"a": one}, {"a": other}) == [{"path": "a", "before": one, "after": other}]


def test_lists_are_compared_as_a_whole():
    assert list_changes({"a": [1, {"b": 1}]}, {"a": [1, {"b": 2}]}) == [
        {"path": "a", "before": [1, {"b": 1}], "after": [1, {"b": 2}]}
    ]

"""Secret values and their payload, taken apart and put together."""

from __future__ import annotations

from foundation.strict_json import dump_json
from templates_app.payload_schema.secret_values import marked, put_back, split
from templates_app.payload_schema.secrets import MARKER
from templates_app.payloads import Checked

PATHS = [("key",), ("login", "password")]
WHOLE = {"user": "ann", "key": "k", "login": {"name": "ann", "password": "p"}}
MASKED = {"user": "ann", "key": MARKER, "login": {"name": "ann", "password": MARKER}}
VALUES = {"key": "k", "login.password": "p"}


def test_values_go_apart_and_markers_take_their_place():
    assert split(WHOLE, PATHS) == (MASKED, VALUES)


def test_what_was_taken_apart_is_put_together_again():
    assert put_back(MASKED, VALUES) == WHOLE


def test_neither_changes_what_it_was_given():
    whole, masked = {"login": {"password": "p"}}, {"login": {"password": MARKER}}
    split(whole, PATHS)
    put_back(masked, VALUES)
    assert (whole, masked) == ({"login": {"password": "p"}}, {"login": {"password": MARKER}})


def test_fields_without_a_value_have_none():
    payload = {"key": None, "login": {}}
    assert split(payload, PATHS) == (payload, {})
    assert split({}, PATHS) == ({}, {})


def test_an_empty_text_is_a_value_like_others():
    assert split({"key": ""}, PATHS) == ({"key": MARKER}, {"key": ""})


def test_a_value_is_put_only_where_a_marker_stands():
    assert put_back({"key": "mine"}, VALUES) == {"key": "mine"}
    assert put_back({"login": "odd"}, VALUES) == {"login": "odd"}


def test_markers_are_found_at_every_depth():
    assert list(marked({"a": [{"b": MARKER}], "c": MARKER, "d": f"x{MARKER}"})) == [("a", "0", "b"), ("c",)]


def test_a_checked_payload_never_shows_its_secrets_by_mistake() -> None:
    checked = Checked({"token": "$encrypted$"}, {"token": "very secret"})
    assert "very secret" not in dump_json({"payload": checked}).decode()
    assert "very secret" not in repr(checked)

"""Secret values and their payload, taken apart and put together."""

from __future__ import annotations

from foundation.masking import MARKER
from foundation.strict_json import dump_json
from templates_app.payload_schema.secrets import find_markers, restore_secrets, split_secrets
from templates_app.payloads import CheckedPayload

PATHS = [("key",), ("login", "password")]
WHOLE = {"user": "ann", "key": "k", "login": {"name": "ann", "password": "p"}}
MASKED = {"user": "ann", "key": MARKER, "login": {"name": "ann", "password": MARKER}}
VALUES = {"key": "k", "login.password": "p"}


def test_values_go_apart_and_markers_take_their_place():
    assert split_secrets(WHOLE, PATHS) == (MASKED, VALUES)


def test_what_was_taken_apart_is_put_together_again():
    assert restore_secrets(MASKED, VALUES) == WHOLE


def test_neither_changes_what_it_was_given():
    whole, masked = {"login": {"password": "p"}}, {"login": {"password": MARKER}}
    split_secrets(whole, PATHS)
    restore_secrets(masked, VALUES)
    assert (whole, masked) == ({"login": {"password": "p"}}, {"login": {"password": MARKER}})


def test_fields_without_a_value_have_none():
    payload = {"key": None, "login": {}}
    assert split_secrets(payload, PATHS) == (payload, {})
    assert split_secrets({}, PATHS) == ({}, {})


def test_an_empty_text_is_a_value_like_others():
    assert split_secrets({"key": ""}, PATHS) == ({"key": MARKER}, {"key": ""})


def test_a_value_is_put_only_where_a_marker_stands():
    assert restore_secrets({"key": "mine"}, VALUES) == {"key": "mine"}
    assert restore_secrets({"login": "odd"}, VALUES) == {"login": "odd"}


def test_markers_are_found_at_every_depth():
    assert list(find_markers({"a": [{"b": MARKER}], "c": MARKER, "d": f"x{MARKER}"})) == [
        ("a", "0", "b"),
        ("c",),
    ]


def test_a_checked_payload_never_shows_its_secrets_by_mistake() -> None:
    checked = CheckedPayload({"token": "$encrypted$"}, {"token": "very secret"})
    assert "very secret" not in dump_json({"payload": checked}).decode()
    assert "very secret" not in repr(checked)

"""What lies in a queue's key is read as a message, whatever it is."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.messaging import MAX_INCOMING_BYTES
from jobs.messaging.redis import Message, sanitize

HONEST = {
    "body": "W10=",
    "content-type": "application/json",
    "content-encoding": "utf-8",
    "headers": {"task": "jobs.run"},
    "properties": {
        "delivery_tag": "one",
        "delivery_info": {"exchange": "", "routing_key": "default"},
        "body_encoding": "base64",
    },
}


class Channel:
    def decode_body(self, body, encoding):
        import base64

        assert encoding == "base64"
        return base64.b64decode(body)


def read(raw):
    return Message(raw, channel=Channel())


def test_an_honest_message_is_read_as_it_is():
    message = read(json.dumps(HONEST).encode())
    assert (message.body, message.content_type, message.content_encoding) == (
        b"[]",
        "application/json",
        "utf-8",
    )
    assert message.headers == {"task": "jobs.run"}
    assert message.delivery_info == {"exchange": "", "routing_key": "default"}


def test_each_message_has_a_tag_of_its_own():
    tags = {read(json.dumps(HONEST)).delivery_tag for _ in range(3)}
    assert len(tags) == 3
    assert "one" not in tags


def test_what_was_read_is_restored_as_it_was():
    once = sanitize(json.dumps(HONEST).encode())
    again = sanitize(once)
    assert {**once, "properties": None} == {**again, "properties": None}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no JSON",
        b"\xff\xfe",
        b"[" * 100_000,
        b" " * (MAX_INCOMING_BYTES + 1),
        b"7",
        b"[1]",
        b'{"properties": 7}',
        b'{"body": {"a": 1}, "properties": {"body_encoding": "rot13", "delivery_tag": []}}',
        b'{"body": "*", "properties": {"body_encoding": "base64"}}',
        b'{"headers": {"compression": "gzip", "x": {"__type__": "datetime", "__value__": 7}}}',
        None,
        7,
    ],
)
def test_what_is_no_message_is_an_empty_one(raw):
    message = read(raw)
    assert message.content_type is None
    assert not message.body
    assert not message.errors
    assert message.headers == {}


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda some: (
        st.lists(some) | st.dictionaries(st.sampled_from([*HONEST, *HONEST["properties"], "x"]), some)
    ),
    max_leaves=30,
)


@settings(max_examples=300, deadline=None)
@given(st.binary() | anything.map(json.dumps) | anything)
def test_reading_never_fails(raw):
    message = read(raw)
    assert not message.errors
    json.dumps(sanitize(raw))

"""RabbitMQ passes on whatever bytes somebody has published; py-amqp gets only what it can read."""

from __future__ import annotations

import zlib
from struct import pack

import amqp
import pytest
from amqp import spec
from amqp.serialization import dumps
from kombu import compression

from jobs.messaging import MAX_INCOMING_BYTES
from jobs.messaging.amqp import read_frames

CHANNEL, BASIC = 1, 60
DEEP = 20_000


class Reader:
    """What comes out of the frames of one delivery."""

    def __init__(self):
        self.bytes_recv = 0
        self.arrived = []
        self.read = read_frames(
            self, lambda channel, method, args, content: self.arrived.append((args, content))
        )

    def deliver(self, properties, body, *, size=None, routing_key=b"default"):
        size = len(body) if size is None else size
        self.read((1, CHANNEL, delivery(routing_key)))
        self.read((2, CHANNEL, pack(">HxxQ", BASIC, size) + properties))
        for start in range(0, max(len(body), size), 100_000):
            self.read((3, CHANNEL, (body + b"x" * size)[start : min(start + 100_000, size)]))

    def honest(self):
        content_type = b"application/json"
        flags = pack(">H", 0x8000)
        self.deliver(flags + bytes([len(content_type)]) + content_type, b"[]")
        _, message = self.arrived[-1]
        assert (bytes(message.body), message.properties["content_type"]) == (b"[]", "application/json")


def delivery(routing_key):
    tag = b"tag"
    return (
        pack(">HH", *spec.Basic.Deliver)
        + bytes([len(tag)]) + tag + pack(">Q", 7) + b"\x00" + b"\x00"
        + bytes([len(routing_key)]) + routing_key
    )  # fmt: skip


def headers(item):
    """The flag of the headers, and a table with this one item."""
    table = b"\x01x" + item
    return pack(">H", 0x2000) + pack(">I", len(table)) + table


UNREADABLE = {
    "a content type that is no text": pack(">H", 0x8000) + b"\x02\xff\xfe",
    "a time that no clock shows": headers(b"T" + pack(">Q", 2**63)),
    "a type of value that is none": headers(b"Q"),
    "a table that ends too early": pack(">H", 0x2000) + pack(">I", 99) + b"\x01x",
    "tables in tables": headers((b"A" + pack(">I", 2**31 - 1)) * DEEP),
}


@pytest.mark.parametrize("properties", UNREADABLE.values(), ids=UNREADABLE)
def test_properties_that_cannot_be_read_are_none(properties):
    reader = Reader()
    reader.deliver(properties, b"[[1]]")
    ((_, message),) = reader.arrived
    assert (message.properties, bytes(message.body)) == ({}, b"[[1]]")
    reader.honest()


def test_without_it_py_amqp_would_raise():
    message = amqp.Message()
    with pytest.raises((ValueError, OverflowError, OSError)):
        message.inbound_header(pack(">HxxQ", BASIC, 0) + UNREADABLE["a time that no clock shows"])


def test_a_routing_key_that_is_no_text_keeps_its_delivery_tag():
    reader = Reader()
    reader.deliver(pack(">H", 0), b"", routing_key=b"\xff")
    ((args, _),) = reader.arrived
    (tag, delivery_tag, _, _, key), _ = amqp.serialization.loads("sLbss", args, 4)
    assert (tag, delivery_tag, key) == ("tag", 7, "")
    reader.honest()


def test_of_a_body_that_is_too_large_nothing_is_kept():
    reader = Reader()
    reader.deliver(pack(">H", 0), b"", size=MAX_INCOMING_BYTES + 250_000)
    ((_, message),) = reader.arrived
    assert not message.body
    reader.honest()


def test_nothing_is_unpacked():
    import scheduler_project.celery  # noqa: F401 - it registers the refusal

    for name in ("gzip", "zlib", "bzip2", "lzma", "application/x-gzip"):
        with pytest.raises(ValueError, match="not read"):
            compression.decompress(zlib.compress(b"x"), name)


def test_what_is_mended_is_what_py_amqp_writes():
    assert dumps("sLbss", ("tag", 7, False, "", "")) == delivery(b"")[4:]

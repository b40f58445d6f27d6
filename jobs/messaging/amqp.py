"""Repairs RabbitMQ's frames before py-amqp parses them: an invalid one would crash the worker at each delivery."""

from __future__ import annotations

from collections.abc import Callable
from struct import pack, unpack_from
from typing import Any

from amqp import spec
from amqp.method_framing import frame_handler
from amqp.serialization import PROPERTY_CLASSES, dumps, loads
from kombu import compression

from jobs.messaging import MAX_INCOMING_BYTES

Frame = tuple[int, int, Any]
_METHOD, _HEADER, _BODY = 1, 2, 3
# Class, weight and size of the body. Then come the properties, beginning with flags for those that are present.
_HEADER_START = 12
_NO_PROPERTIES = b"\x00\x00"
_DELIVERY = "sLbss"  # consumer tag, delivery tag, redelivered, exchange, routing key


def read_frames(connection: Any, callback: Callable[..., None], **options: Any) -> Callable[[Frame], bool]:
    """Returns py-amqp's frame handler, changed so that an invalid or too large message is read as an empty one."""
    read = frame_handler(connection, callback, **options)
    bytes_to_skip: dict[int, int] = {}

    def read_repaired(frame: Frame) -> bool:
        kind, channel, buffer = frame
        if kind == _METHOD:
            buffer = _make_readable(buffer)
        elif kind == _HEADER:
            (size,) = unpack_from(">Q", buffer, 4)
            if size > MAX_INCOMING_BYTES:
                bytes_to_skip[channel] = size
                buffer = bytes(buffer[:4]) + pack(">Q", 0) + _NO_PROPERTIES
            elif not _has_readable_properties(buffer):
                buffer = bytes(buffer[:_HEADER_START]) + _NO_PROPERTIES
        elif kind == _BODY and channel in bytes_to_skip:
            connection.bytes_recv += 1
            bytes_to_skip[channel] -= len(buffer)
            if bytes_to_skip[channel] <= 0:
                del bytes_to_skip[channel]
            return False
        return bool(read((kind, channel, buffer)))

    return read_repaired


def _make_readable(buffer: Any) -> Any:
    """Returns the method frame without its exchange and routing key if these are not UTF-8, which py-amqp cannot parse.

    The delivery tag is kept, as it is needed to remove the message from its queue.
    """
    if unpack_from(">HH", buffer, 0) != spec.Basic.Deliver:
        return buffer
    try:
        loads(_DELIVERY, buffer, 4)
    except UnicodeDecodeError:
        (consumer_tag, delivery_tag, redelivered), _ = loads("sLb", buffer, 4)
        return bytes(buffer[:4]) + dumps(_DELIVERY, (consumer_tag, delivery_tag, redelivered, "", ""))
    return buffer


def _has_readable_properties(buffer: Any) -> bool:
    (class_id,) = unpack_from(">H", buffer, 0)
    try:
        PROPERTY_CLASSES[class_id](buffer, _HEADER_START)
    except Exception:  # noqa: BLE001 - times out of range, bytes that are no text, tables nested too deep
        return False
    return True


def refuse_compression() -> None:
    """Makes kombu raise ValueError for compressed messages: the platform sends none, some unpack to gigabytes."""

    def refuse(_body: bytes) -> bytes:
        raise ValueError("compressed messages are not read")

    for content_type in compression.encoders():
        compression.register(refuse, refuse, content_type)

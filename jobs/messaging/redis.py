"""Extends kombu's transport for Redis as the broker: validates messages, and deletes keys of a wrong type.

Messages need no acknowledgement in Redis: the dispatcher publishes the jobs again that a dead worker had taken. So
kombu's record of unacknowledged messages, to which other clients of Redis could write as well, is not used.
"""

from __future__ import annotations

import base64
import binascii
import json
import logging
import uuid
from collections.abc import Callable, Sequence
from queue import Empty
from typing import Any, TypeVar

from kombu.transport import redis as kombu_redis
from kombu.transport import virtual
from redis.exceptions import ResponseError

from jobs.messaging import MAX_INCOMING_BYTES

log = logging.getLogger(__name__)
T = TypeVar("T")

MAX_TEXT_CHARACTERS = 1000
MAX_HEADERS = 50
_WRONG_TYPE = "WRONGTYPE"


def sanitize(raw: object) -> dict[str, Any]:
    """Returns a broker message in kombu's format, made of the valid parts of `raw` (bytes, or kombu's own dict)."""
    fields = _parse(raw)
    properties = _dict(fields.get("properties"))
    delivery = _dict(properties.get("delivery_info"))
    return {
        "body": _body(fields.get("body"), properties.get("body_encoding")),
        "content-type": _text(fields.get("content-type")),
        "content-encoding": _text(fields.get("content-encoding")),
        "headers": _headers(fields.get("headers")),
        "properties": {
            # kombu would take two messages with the same tag for one.
            "delivery_tag": str(uuid.uuid4()),
            "delivery_info": {
                "exchange": _text(delivery.get("exchange")) or "",
                "routing_key": _text(delivery.get("routing_key")) or "",
            },
            "body_encoding": "base64",
            "correlation_id": _text(properties.get("correlation_id")),
        },
    }


def _parse(raw: object) -> dict[str, Any]:
    if isinstance(raw, bytes | bytearray | str):
        if len(raw) > MAX_INCOMING_BYTES:
            return {}
        try:
            raw = json.loads(raw)
        except (ValueError, RecursionError):
            return {}
    return _dict(raw)


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and len(value) <= MAX_TEXT_CHARACTERS else None


def _headers(value: object) -> dict[str, Any]:
    """Returns the headers with plain values, without `compression`, which would make kombu decompress the body."""
    given = list(_dict(value).items())[:MAX_HEADERS]
    return {
        key: item
        for key, item in given
        if key != "compression"
        and (isinstance(item, bool | float) or _is_small_int(item) or _text(item) is not None)
    }


def _is_small_int(item: object) -> bool:
    return isinstance(item, int) and abs(item) < 2**63


def _body(value: object, encoding: object) -> str:
    if not isinstance(value, str):
        return ""
    if encoding != "base64":
        return base64.b64encode(value.encode(errors="replace")).decode()
    try:
        return base64.b64encode(base64.b64decode(value)).decode()
    except (binascii.Error, ValueError):
        return ""


class Message(virtual.Message):
    """Represents a broker message; replaces its payload by a sanitized one before kombu reads it."""

    def __init__(self, payload: object, channel: Any = None, **further: Any) -> None:
        super().__init__(sanitize(payload), channel=channel, **further)


# The stubs know few of its methods.
_Channel: Any = kombu_redis.Channel


class Channel(_Channel):  # type: ignore[misc]  # see above
    """Extends kombu's Redis channel: deletes keys of a wrong type, and ignores values that it cannot parse."""

    Message = Message
    ack_emulation = False

    def _brpop_read(self, **options: Any) -> bool:
        try:
            queue, item = self._pop(options)
            self._queue_cycle.rotate(queue)
            self.connection._deliver(item, queue)
            return True
        finally:
            self._in_poll = None
            self._flush_brpop_reauth()

    def _pop(self, options: dict[str, Any]) -> tuple[str, bytes]:
        try:
            found = self.client.parse_response(self.client.connection, "BRPOP", **options)
        except ResponseError as exc:
            if _WRONG_TYPE not in str(exc):
                raise
            for queue in self.active_queues:
                self._delete_wrong_types(self._keys_of(queue), "list")
            raise Empty from None
        except self.connection_errors:
            # The next call opens a new connection.
            self.client.connection.disconnect()
            raise
        if not found:
            raise Empty
        key, item = found
        return key.decode(errors="replace").rsplit(self.sep, 1)[0], item

    def _handle_message(self, client: Any, response: Any) -> dict[str, Any]:
        reply: dict[str, Any] = super()._handle_message(client, response)
        if isinstance(reply["data"], bytes):
            reply["data"] = json.dumps(sanitize(reply["data"])).encode()
        return reply

    def _put(self, queue: str, message: Any, **options: Any) -> None:
        self._with_repair(
            self._keys_of(queue), "list", lambda: super(Channel, self)._put(queue, message, **options)
        )

    def _size(self, queue: str) -> int:
        size: int = self._with_repair(self._keys_of(queue), "list", lambda: super(Channel, self)._size(queue))
        return size

    def _queue_bind(self, exchange: str, *binding: Any) -> None:
        self._with_repair(
            self._binding_keys(exchange), "set", lambda: super(Channel, self)._queue_bind(exchange, *binding)
        )

    def get_table(self, exchange: str) -> list[tuple[str, ...]]:
        """Returns the bindings of an exchange as (routing key, pattern, queue), without malformed ones."""
        key = self.keyprefix_queue % exchange
        with self.conn_or_acquire() as client:
            members = self._with_repair([key], "set", lambda: client.smembers(key))
        rows = [tuple(member.decode(errors="replace").split(self.sep)) for member in members]
        return [row for row in rows if len(row) == 3]  # routing key, pattern, queue

    def _keys_of(self, queue: str) -> list[str]:
        return [self._q_for_pri(queue, step) for step in self.priority_steps]

    def _binding_keys(self, exchange: str) -> list[str]:
        return [self.keyprefix_queue % exchange, self.keyprefix_binding_permanent % exchange]

    def _with_repair(self, keys: Sequence[str], kind: str, do: Callable[[], T]) -> T:
        """Returns what `do` returns. If Redis reports a wrong type, deletes `keys` that are no `kind` and retries."""
        try:
            return do()
        except ResponseError as exc:
            if _WRONG_TYPE not in str(exc):
                raise
            self._delete_wrong_types(keys, kind)
            return do()

    def _delete_wrong_types(self, keys: Sequence[str], kind: str) -> None:
        with self.conn_or_acquire() as client:
            for key in keys:
                found = client.type(key).decode()
                if found not in (kind, "none"):
                    log.warning("deleted key %.200r of the broker: it was a %s, not a %s", key, found, kind)
                    client.unlink(key)


class Transport(kombu_redis.Transport):
    """Extends kombu's Redis transport to use this module's `Channel`."""

    Channel = Channel

"""Puts forged messages into a broker's queue, as an attacker who may write to the broker could."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import amqp
import redis
from kombu.utils.url import parse_url

JSON = "application/json"
RUN_JOBS = "jobs.run"


def make_body(*ids: object) -> bytes:
    """Returns the body of a Celery message with these ids as its argument."""
    return json.dumps([[list(ids)], {}, {}]).encode()


def make_headers(**further: object) -> dict[str, Any]:
    """Returns the headers of a Celery message for the task that runs jobs."""
    return {"lang": "py", "task": RUN_JOBS, "id": str(uuid.uuid4()), "retries": 0, **further}


class Forger(Protocol):
    """Sends a message with any content, headers and properties to a queue."""

    def send(
        self, queue: str, content: bytes, headers: Mapping[str, Any] | None = None, **properties: Any
    ) -> None: ...


class RabbitForger:
    """Sends forged messages to RabbitMQ."""

    def __init__(self, channel: amqp.Channel) -> None:
        self.channel = channel

    def send(
        self, queue: str, content: bytes, headers: Mapping[str, Any] | None = None, **properties: Any
    ) -> None:
        properties = {"content_type": JSON, "content_encoding": "utf-8", **properties}
        message = amqp.Message(content, application_headers=dict(headers or {}), **properties)
        self.channel.basic_publish(message, exchange="", routing_key=queue)


class RedisForger:
    """Sends forged messages to Redis, in kombu's format."""

    def __init__(self, client: redis.Redis) -> None:
        self.client = client

    def send(
        self, queue: str, content: bytes, headers: Mapping[str, Any] | None = None, **properties: Any
    ) -> None:
        fields = {
            "body": base64.b64encode(content).decode(),
            "content-type": properties.pop("content_type", JSON),
            "content-encoding": properties.pop("content_encoding", "utf-8"),
            "headers": dict(headers or {}),
            "properties": {
                "delivery_tag": str(uuid.uuid4()),
                "delivery_info": {"exchange": "", "routing_key": queue},
                "body_encoding": "base64",
                **properties,
            },
        }
        self.client.lpush(queue, json.dumps(fields, default=str))

    def send_raw(self, queue: str, items: Sequence[bytes]) -> None:
        self.client.lpush(queue, *items)


@contextmanager
def open_forger(broker_url: str) -> Iterator[RabbitForger | RedisForger]:
    """Yields a forger that is connected to the broker: RabbitMQ or Redis, by the scheme of the URL."""
    if broker_url.startswith("amqp"):
        parts = parse_url(broker_url)
        connection = amqp.Connection(
            f"{parts['hostname']}:{parts['port'] or 5672}",
            userid=parts["userid"],
            password=parts["password"],
            virtual_host=parts["virtual_host"] or "/",
        )
        connection.connect()
        try:
            yield RabbitForger(connection.channel())
        finally:
            connection.close()
        return
    with redis.Redis.from_url(broker_url, socket_timeout=10) as client:
        yield RedisForger(client)

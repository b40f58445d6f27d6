"""Messages that nothing of ours would send, put into a broker's queue as somebody who may write there would."""

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


def body(*ids: object) -> bytes:
    return json.dumps([[list(ids)], {}, {}]).encode()


def headers(**further: object) -> dict[str, Any]:
    return {"lang": "py", "task": RUN_JOBS, "id": str(uuid.uuid4()), "retries": 0, **further}


class Forger(Protocol):
    def send(
        self, queue: str, content: bytes, headers: Mapping[str, Any] | None = None, **properties: Any
    ) -> None: ...


class RabbitForger:
    def __init__(self, channel: amqp.Channel) -> None:
        self.channel = channel

    def send(
        self, queue: str, content: bytes, headers: Mapping[str, Any] | None = None, **properties: Any
    ) -> None:
        properties = {"content_type": JSON, "content_encoding": "utf-8", **properties}
        message = amqp.Message(content, application_headers=dict(headers or {}), **properties)
        self.channel.basic_publish(message, exchange="", routing_key=queue)


class RedisForger:
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
def forger(broker_url: str) -> Iterator[RabbitForger | RedisForger]:
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

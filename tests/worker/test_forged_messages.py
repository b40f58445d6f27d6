"""Whoever can write to the broker puts anything into a queue: no slot is lost, and honest jobs start as before."""

from __future__ import annotations

import json
import random
import struct
import uuid
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import redis

from jobs.messaging import MAX_INCOMING_BYTES
from tests.support.forging import (
    JSON,
    RUN_JOBS,
    Forger,
    RabbitForger,
    RedisForger,
    make_body,
    make_headers,
    open_forger,
)
from tests.support.platform import WORKER_SLOTS, Platform
from tests.support.waiting import wait_for

QUEUE = "default"
RANDOM_MESSAGES = 300
START_SECONDS = 15
FAR = "2999-01-01T00:00:00+00:00"
ID = str(uuid.uuid4())


def one_id(**further: object) -> tuple[bytes, dict[str, Any]]:
    return make_body(str(uuid.uuid4())), make_headers(**further)


def forged() -> Iterator[tuple[bytes, dict[str, Any] | None, dict[str, Any]]]:
    """Of each kind as many as would take every slot, were it held."""
    for _ in range(2 * WORKER_SLOTS):
        yield *one_id(eta=FAR), {}
        yield *one_id(eta="no time", expires="2001-01-01T00:00:00"), {}
        yield *one_id(timelimit=[0.001, 0.001], retries="many"), {}
        yield *one_id(task="celery.chord_unlock"), {}
        yield *one_id(task="no.such.task"), {}
        yield (
            *one_id(
                shadow="x" * 5000, group="g", chord={}, chain=[{}], stamped_headers=["a"], stamps={"a": [1]}
            ),
            {},
        )
        yield make_body(*[str(uuid.uuid4()) for _ in range(100_000)]), make_headers(), {}
        yield make_body("x" * 100_000), make_headers(), {}
        yield make_body(7, None, {}), make_headers(), {}
        yield b"[" * 100_000, make_headers(), {}
        yield b"\xff\xfe", make_headers(), {}
        yield b"", make_headers(), {}
        yield b"x" * (MAX_INCOMING_BYTES * 2), make_headers(), {}
        yield make_body(ID), make_headers(), {"content_type": "application/x-python-serialize"}
        yield make_body(ID), make_headers(), {"content_encoding": "zlib"}
        yield zlib.compress(b"[" * 50_000_000), make_headers(compression="application/x-gzip"), {}
        yield make_body(ID), None, {}
        yield json.dumps({"task": RUN_JOBS, "id": ID, "args": [[ID]], "eta": FAR}).encode(), None, {}
        yield *one_id(), {"reply_to": "amq.topic", "correlation_id": "c" * 200}


def random_messages(dice: random.Random) -> Iterator[tuple[bytes, dict[str, Any] | None, dict[str, Any]]]:
    keys = ["task", "id", "eta", "expires", "retries", "timelimit", "lang", "compression", "x-delivery-count"]
    values = [RUN_JOBS, ID, FAR, 7, -(2**31), 1.5, True, [1, ["a"]], {"a": {"b": 1}}, "", "x" * 300]
    for _ in range(RANDOM_MESSAGES):
        found = {key: dice.choice(values) for key in dice.sample(keys, dice.randint(0, len(keys)))}
        content = dice.choice(
            [dice.randbytes(dice.randint(0, 2000)), make_body(ID, dice.choice(values)), b"{}", b"null"]
        )
        kind = dice.choice([JSON, "text/plain", "application/data", "application/x-python-serialize", ""])
        yield content, found, {"content_type": kind, "priority": dice.randint(0, 9)}


def unreadable(to: Forger) -> None:
    """What no client library would send."""
    if isinstance(to, RabbitForger):
        for properties in (
            {"content_type": b"\xff\xfe"},
            {"correlation_id": b"\xc3\x28"},
            {"message_id": b"\xff"},
        ):
            send_raw_properties(to, properties)
        return
    assert isinstance(to, RedisForger)
    raw = [b"", b"x", b"\xff", b"[" * 50_000, b"{}", b"7", b'{"properties": {"delivery_tag": []}}']
    raw += [b'{"properties": {}, "headers": {"x": {"__type__": "datetime", "__value__": 7}}}']
    to.send_raw(QUEUE, raw * WORKER_SLOTS)


def send_raw_properties(to: RabbitForger, properties: dict[str, bytes]) -> None:
    import amqp

    class Raw(amqp.Message):
        def _serialize_properties(self) -> bytes:
            flags, values = 0, b""
            for place, (name, kind) in enumerate(self.PROPERTIES):
                if name in properties:
                    assert kind == "s"
                    flags |= 1 << (15 - place)
                    values += bytes([len(properties[name])]) + properties[name]
            return struct.pack(">H", flags) + values

    to.channel.basic_publish(Raw(b"[]"), exchange="", routing_key=QUEUE)


def broker_url(platform: Platform) -> str:
    url: str = json.loads((platform.state_dir / "run.json").read_text())["broker_url"]
    return url


@contextmanager
def untouched(platform: Platform) -> Iterator[None]:
    """No process ends of it, every slot still takes a job within seconds, and the log stays small."""
    pids, written = platform.pids(), platform.output_size()
    yield
    all_slots_work(platform)
    assert platform.pids() == pids
    assert platform.output_size() - written < 100_000


def all_slots_work(platform: Platform) -> None:
    with platform.api("operator") as api:
        job_ids = [api.create("sleeper", {"seconds": 60})["job_id"] for _ in range(WORKER_SLOTS)]
        for job_id in job_ids:
            api.await_running(job_id, within=START_SECONDS)
        for job_id in job_ids:
            api.post(f"jobs/{job_id}/terminate/").raise_for_status()
        for job_id in job_ids:
            api.await_end(job_id)


def test_forged_messages_cost_no_slot(platform: Platform) -> None:
    with untouched(platform), open_forger(broker_url(platform)) as to:
        for content, found, properties in forged():
            to.send(QUEUE, content, found, **properties)
        unreadable(to)


@pytest.mark.long  # many messages, and what they could have cost
def test_random_messages_cost_no_slot(platform: Platform) -> None:
    with untouched(platform), open_forger(broker_url(platform)) as to:
        for content, found, properties in random_messages(random.Random(7)):
            to.send(QUEUE, content, found, **properties)


@pytest.mark.long  # many messages, and what they could have cost
def test_forged_redbeat_messages_cost_nothing(platform: Platform) -> None:
    queue = f"restjobscheduler.{platform.name}.ticks"
    with untouched(platform), open_forger(broker_url(platform)) as to:
        for content, found, properties in [*forged(), *random_messages(random.Random(8))]:
            to.send(queue, content, {**(found or {}), "task": "jobs.series_tick"}, **properties)


@pytest.mark.parametrize("platform", ["embedded"], indirect=True)
@pytest.mark.parametrize("kind", ["string", "hash", "set", "zset", "stream"])
def test_a_queue_whose_key_is_of_another_type_is_made_anew(platform: Platform, kind: str) -> None:
    ticks = f"restjobscheduler.{platform.name}.ticks"
    with untouched(platform), redis.Redis.from_url(broker_url(platform)) as client:
        for key in (QUEUE, ticks, f"_kombu.binding.{QUEUE}"):
            become(client, key, kind)
        wait_for(
            "the queue is one again", lambda: client.type(QUEUE) in (b"list", b"none"), within=START_SECONDS
        )


def become(client: redis.Redis, key: str, kind: str) -> None:
    client.delete(key)
    {
        "string": lambda: client.set(key, "x"),
        "hash": lambda: client.hset(key, "a", "b"),
        "set": lambda: client.sadd(key, "a"),
        "zset": lambda: client.zadd(key, {"a": 1}),
        "stream": lambda: client.xadd(key, {"a": "b"}),
        "list": lambda: client.lpush(key, "a"),
    }[kind]()

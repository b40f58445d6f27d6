"""Checks the broker and Redis: reachable, new enough, and set up so that nothing is dropped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import redis
from django.conf import settings
from kombu import Connection
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from jobs.dispatcher.reachability import DEADLINE_SECONDS, broker_probe
from scheduler_project.doctor.findings import Outcome, ok, problem, warning

MIN_REDIS = (6, 2)
MIN_RABBITMQ = (3, 10)


def check_broker() -> Iterator[Outcome]:
    """Checks whether the broker takes messages, and its version."""
    if not settings.BROKER_URL.startswith("amqp"):
        yield from _check_redis(settings.BROKER_URL, "BROKER_URL")
        return
    if found := broker_probe(settings.BROKER_URL).check():
        yield problem(
            found.detail, "Start RabbitMQ, or free memory or disk on its machine; check BROKER_URL."
        )
        return
    with Connection(settings.BROKER_URL, connect_timeout=DEADLINE_SECONDS) as opened:
        properties: dict[str, Any] = opened.connection.server_properties
    version = str(properties.get("version", "?"))
    if _parse(version) < MIN_RABBITMQ:
        yield problem(f"RabbitMQ {version} is too old.", "Upgrade it to 3.10 or newer.")
    else:
        yield ok(f"{properties.get('product', 'broker')} {version} takes messages")


def check_redis() -> Iterator[Outcome]:
    """Checks Redis, which holds RedBeat's entries and live events."""
    yield from _check_redis(settings.REDIS_URL, "REDIS_URL")


def _check_redis(url: str, setting: str) -> Iterator[Outcome]:
    client = redis.Redis.from_url(
        url,
        socket_timeout=DEADLINE_SECONDS,
        socket_connect_timeout=DEADLINE_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    try:
        info: dict[str, Any] = client.info()
    except (RedisError, OSError) as exc:
        yield problem(f"Redis cannot be used: {exc}.", f"Start it; check {setting}.")
        return
    finally:
        client.close()
    version = str(info.get("valkey_version") or info.get("redis_version", "?"))
    policy = info.get("maxmemory_policy", "noeviction")
    if _parse(str(info.get("redis_version", "0"))) < MIN_REDIS:
        yield problem(f"Redis {version} is too old.", "Upgrade it to 6.2 or newer, or to Valkey.")
    elif policy != "noeviction" and info.get("maxmemory"):
        yield warning(
            f"Redis drops keys when its memory is full (maxmemory-policy {policy}).",
            "Set maxmemory-policy noeviction, or give the platform a Redis of its own.",
        )
    else:
        name = "Valkey" if "valkey_version" in info else "Redis"
        yield ok(f"{name} {version} answers")


def _parse(version: str) -> tuple[int, ...]:
    numbers = version.split(".")[:2]
    return tuple(int(number) if number.isdigit() else 0 for number in numbers)

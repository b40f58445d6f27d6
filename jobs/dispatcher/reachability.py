"""Probes whether the broker and Redis respond, over connections that stay open and with timeouts of seconds."""

from __future__ import annotations

import contextlib
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from jobs.messaging.broker import AWAY, BrokerLink
from jobs.problems import Code, PlatformProblem

DEADLINE_SECONDS = 2
# No queue has this name: RabbitMQ confirms a message to it, and drops it.
NOWHERE = "restjobscheduler.nowhere"
BLOCKED = PlatformProblem(
    Code.BROKER_BLOCKED, "The broker takes no messages: it is short of memory or disk. Due jobs wait."
)
_NO_BROKER = "The broker cannot be reached or does not respond. Due jobs wait."
_NO_REDIS = (
    "Redis cannot be reached or does not respond: live updates wait, recurring jobs start a second late."
)


class RedisProbe:
    """Checks with PING whether a Redis server responds; `problem` is what `check` returns if it does not."""

    def __init__(self, url: str, problem: PlatformProblem | None = None) -> None:
        self._problem = problem or PlatformProblem(Code.REDIS_UNAVAILABLE, _NO_REDIS)
        self._client = redis.Redis.from_url(
            url,
            socket_timeout=DEADLINE_SECONDS,
            socket_connect_timeout=DEADLINE_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )

    def check(self) -> PlatformProblem | None:
        """Returns the problem to report, or None if Redis responds."""
        try:
            self._client.ping()
        except (RedisError, OSError):
            return self._problem
        return None


class RabbitProbe(BrokerLink):
    """Checks RabbitMQ by publishing a message: if memory or disk are short, it accepts connections but no messages."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._channel: Any = None
        self._blocked = False

    def check(self) -> PlatformProblem | None:
        """Returns the problem to report, or None if RabbitMQ accepts messages."""
        try:
            if self._blocked:
                # RabbitMQ reads nothing from a blocked connection, and a new one would be blocked, too.
                with contextlib.suppress(TimeoutError):
                    self.connection().drain_events(timeout=0.1)
            if not self._blocked:
                self._publish()
        except AWAY:
            if not self._blocked:
                self.drop()
                return PlatformProblem(Code.BROKER_UNAVAILABLE, _NO_BROKER)
        return BLOCKED if self._blocked else None

    def drop(self) -> None:
        """Closes the connection, and forgets its channel and whether RabbitMQ had blocked it."""
        self._channel, self._blocked = None, False
        super().drop()

    def _publish(self) -> None:
        if self._channel is None:
            self._channel = self.connection().channel()
        message = self._channel.prepare_message("", content_encoding="utf-8")
        self._channel.basic_publish(message, routing_key=NOWHERE, confirm_timeout=DEADLINE_SECONDS)

    def _extra_options(self) -> dict[str, Any]:
        return {
            "confirm_publish": True,
            "read_timeout": DEADLINE_SECONDS,
            "write_timeout": DEADLINE_SECONDS,
            "on_blocked": lambda _reason: self._note_blocked(True),
            "on_unblocked": lambda: self._note_blocked(False),
        }

    def _note_blocked(self, blocked: bool) -> None:
        self._blocked = blocked


def broker_probe(url: str) -> RabbitProbe | RedisProbe:
    """Returns the probe for the broker at this URL: a RabbitProbe for RabbitMQ, a RedisProbe for Redis."""
    if url.startswith("amqp"):
        return RabbitProbe(url)
    return RedisProbe(url, PlatformProblem(Code.BROKER_UNAVAILABLE, _NO_BROKER))

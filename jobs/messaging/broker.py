"""The only door to the message broker. What passes it is hints: jobs' ids, and RedBeat's ticks.

RabbitMQ by quorum queues, or Redis/Valkey in the embedded default; kombu hides the difference but for
the confirms, which RabbitMQ gives and Redis does not need (its answer is the confirm).
"""

from __future__ import annotations

import contextlib
import logging
import time
import uuid
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from amqp.exceptions import AMQPError
from kombu import Connection, Queue
from kombu.exceptions import KombuError
from kombu.transport import TRANSPORT_ALIASES
from redis.exceptions import RedisError

from jobs.messaging import amqp as amqp_transport
from jobs.messaging import names, receipt
from jobs.messaging.receipt import RUN_JOBS

log = logging.getLogger(__name__)

# For every connection of this process, Celery's as well.
TRANSPORT_ALIASES.update(dict.fromkeys(("redis", "rediss"), "jobs.messaging.redis:Transport"))

TICKS_QUEUE = names.at_broker("ticks")
# An old tick says nothing any more: the dispatcher's own loop took that job long ago.
TICK_LIFE_MS = 10_000
# That of a platform that is gone, or goes by another name now, need not stay.
UNUSED_LIFE_MS = 86_400_000
TICKS_AHEAD = 100
CONFIRM_SECONDS = 5
REDIS_SECONDS = 4
HEARTBEAT_SECONDS = 10
# What a broker that goes away raises from an open connection comes as its library's own error.
AWAY = (OSError, KombuError, AMQPError, RedisError)


def transport_options(url: str) -> dict[str, Any]:
    """Time limits for every wait on the broker, so that a stalled one is noticed; and how its bytes are read."""
    if url.startswith("amqp"):
        return {"read_timeout": 20, "write_timeout": 10, "frame_handler": amqp_transport.read_frames}
    return {"socket_timeout": 20, "socket_connect_timeout": 3}


def _queue(name: str, url: str, **arguments: Any) -> Queue:
    if url.startswith("amqp"):
        arguments["x-queue-type"] = "quorum"
        return Queue(name, durable=True, queue_arguments=arguments)
    return Queue(name, durable=True)


class Message(NamedTuple):
    """Some hints for one slot of a queue's workers, which looks at one job after the other."""

    queue: str
    job_ids: Sequence[uuid.UUID]


class BrokerLink:
    """One connection, opened when first needed and dropped whole after any fault."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._connection: Connection | None = None

    def connection(self) -> Connection:
        if self._connection is None:
            options = {**transport_options(self.url), **self._further_options()}
            link = Connection(
                self.url,
                connect_timeout=3,
                heartbeat=HEARTBEAT_SECONDS,
                transport_options=options,
            )
            link.connect()
            self._connection = link
        return self._connection

    def drop(self) -> None:
        link, self._connection = self._connection, None
        if link is None:
            return
        if self.url.startswith("amqp") and link.connected:
            # A polite end waits for answers, and those of a broker that stalls do not come for a minute.
            link.connection.collect()
        link.collect(socket_timeout=1)

    def _further_options(self) -> dict[str, Any]:
        """A Redis that stands still is waited for several times within one call: all of it has to fit the watchdog."""
        return {} if self.url.startswith("amqp") else {"socket_timeout": REDIS_SECONDS}


class Publisher(BrokerLink):
    """Publishes hints and answers which of them the broker has safely.

    On RabbitMQ all messages of a call are sent before the first confirm is awaited: a window of confirms is
    several times as fast as one at a time, at the same durability.
    """

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._channel: Any = None
        self._declared: set[str] = set()
        self._sent = 0
        self._unconfirmed: dict[int, Message] = {}
        self._was_open_before = False
        self._next_heartbeat = 0.0
        self._blocked = False

    def drop(self) -> None:
        self._channel = None
        self._blocked = False
        self._declared.clear()
        super().drop()

    def publish(self, messages: Sequence[Message]) -> set[uuid.UUID]:
        """The ids of the jobs whose hints the broker confirmed within 5 s. Never raises for a broker that is away."""
        if self._still_blocked():
            return set()
        rest = self._try(messages)
        if rest and self._was_open_before and not self._blocked:
            # The old connection was dead without our knowing; a fresh one may do.
            rest = self._try(rest)
        return {job_id for message in messages if message not in rest for job_id in message.job_ids}

    def depth(self, queue: str) -> int:
        """How many messages wait in the queue, which is there afterwards; 0 if the broker is away."""
        if self._still_blocked():
            return 0
        try:
            channel = self._open()
            declared: Any = _queue(names.broker_queue(queue), self.url)(channel).queue_declare()
            return int(declared.message_count)
        except AWAY as exc:
            log.warning("broker away: %s: %s", type(exc).__name__, exc)
            self.drop()
            return 0

    @property
    def is_blocked(self) -> bool:
        """It is short of memory or disk, and said so on this connection."""
        return self._blocked

    def tend(self) -> None:
        """Keep an idle connection alive: call it every few seconds."""
        if self._connection is None or time.monotonic() < self._next_heartbeat:
            return
        self._next_heartbeat = time.monotonic() + HEARTBEAT_SECONDS / 3
        try:
            with contextlib.suppress(TimeoutError):
                self._connection.drain_events(timeout=0.01)
            self._connection.heartbeat_check()
        except AWAY as exc:
            log.info("broker connection lost while idle: %s", exc)
            self.drop()

    def _further_options(self) -> dict[str, Any]:
        if not self.url.startswith("amqp"):
            return super()._further_options()
        return {"on_blocked": self._note_blocked, "on_unblocked": self._note_unblocked}

    def _note_blocked(self, _reason: str) -> None:
        log.warning("the broker takes no messages: it is short of memory or disk")
        self._blocked = True

    def _note_unblocked(self) -> None:
        log.warning("the broker takes messages again")
        self._blocked = False

    def _still_blocked(self) -> bool:
        """It reads nothing more from a connection that it blocked: a request there would wait for an answer.

        What was sent is not lost: it comes to the queue afterwards, perhaps a second time. A fresh connection
        would be blocked like this one, and the broker kept busy with those that were left.
        """
        if self._blocked:
            self._next_heartbeat = 0.0
            self.tend()
        return self._blocked

    def _try(self, messages: Sequence[Message]) -> list[Message]:
        """Answers those that were not confirmed."""
        sent = 0
        self._unconfirmed.clear()
        self._was_open_before = self._channel is not None
        try:
            for message in messages:
                self._send(message)
                sent += 1
            self._await_confirms()
        except AWAY as exc:
            log.warning("broker away: %s: %s", type(exc).__name__, exc)
            self.drop()
        unconfirmed = list(self._unconfirmed.values())
        return unconfirmed + [message for message in messages[sent:] if message not in unconfirmed]

    def _open(self) -> Any:
        if self._channel is None:
            channel: Any = self.connection().channel()
            self._sent, self._unconfirmed = 0, {}
            if self.url.startswith("amqp"):
                channel.confirm_select()
                channel.events["basic_ack"].add(self._confirmed)
            self._channel = channel
        return self._channel

    def _send(self, message: Message) -> None:
        channel = self._open()
        queue = names.broker_queue(message.queue)
        if queue not in self._declared:
            _queue(queue, self.url)(channel).queue_declare()
            self._declared.add(queue)
        if self.url.startswith("amqp"):
            self._sent += 1
            self._unconfirmed[self._sent] = message
        job_ids = [str(job_id) for job_id in message.job_ids]
        prepared = channel.prepare_message(
            receipt.body_of(job_ids),
            content_type="application/json",
            content_encoding="utf-8",
            headers=receipt.task_headers(RUN_JOBS, job_ids[0]),
            properties={"correlation_id": job_ids[0], "delivery_mode": 2},
        )
        # Straight to the queue by its name, through the broker's nameless exchange.
        channel.basic_publish(prepared, exchange="", routing_key=queue)

    def _confirmed(self, delivery_tag: int, multiple: bool) -> None:
        tags = [tag for tag in self._unconfirmed if tag <= delivery_tag] if multiple else [delivery_tag]
        for tag in tags:
            self._unconfirmed.pop(tag, None)

    def _await_confirms(self) -> None:
        """Raises TimeoutError when none came for 5 s: heartbeats, which come too, do not count."""
        left, deadline = len(self._unconfirmed), time.monotonic() + CONFIRM_SECONDS
        while self._unconfirmed and not self._blocked:
            self.connection().drain_events(timeout=max(deadline - time.monotonic(), 0.01))
            if len(self._unconfirmed) < left:
                left, deadline = len(self._unconfirmed), time.monotonic() + CONFIRM_SECONDS
            elif time.monotonic() > deadline:
                raise TimeoutError("no confirm")


class TickReader(BrokerLink):
    """Hands each RedBeat tick's series to `on_tick`. What is no tick is dropped with a warning."""

    def __init__(self, url: str, on_tick: Callable[[uuid.UUID], None]) -> None:
        super().__init__(url)
        self._on_tick = on_tick
        self._consumer: Any = None

    def drop(self) -> None:
        self._consumer = None
        super().drop()

    def read(self, seconds: float) -> None:
        """Wait up to `seconds` for ticks. Raises one of AWAY if the broker is away; call again later."""
        if self._consumer is None:
            lives = {"x-message-ttl": TICK_LIFE_MS, "x-expires": UNUSED_LIFE_MS}
            queue = _queue(TICKS_QUEUE, self.url, **lives)
            self._consumer = self.connection().Consumer(
                [queue],
                on_message=self._take,
                on_decode_error=lambda message, _exc: self._take(message),
                prefetch_count=TICKS_AHEAD,
            )
            self._consumer.consume()
        try:
            self.connection().drain_events(timeout=seconds)
        except TimeoutError:
            self.connection().heartbeat_check()

    def _take(self, message: Any) -> None:
        message.ack()
        try:
            series_id = receipt.series_id(message)
        except receipt.Refused as why:
            receipt.tell_of_drop(TICKS_QUEUE, why)
        else:
            self._on_tick(series_id)

"""Connects to the message broker: publishes dispatch messages, and reads RedBeat messages.

The broker is RabbitMQ with quorum queues, or Redis/Valkey in the embedded default. kombu hides the difference, except
for publisher confirms: RabbitMQ sends them, and for Redis the reply to the command counts as one.
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
from jobs.messaging import incoming, names
from jobs.messaging.incoming import RUN_JOBS

log = logging.getLogger(__name__)

# For every connection of this process, Celery's as well.
TRANSPORT_ALIASES.update(dict.fromkeys(("redis", "rediss"), "jobs.messaging.redis:Transport"))

REDBEAT_QUEUE = names.at_broker("ticks")
# An older message is stale: the dispatcher has claimed that job without it long ago.
MESSAGE_TTL_MS = 10_000
# The queue of a platform that is gone, or has another name now, is deleted after a day.
UNUSED_QUEUE_TTL_MS = 86_400_000
PREFETCH_COUNT = 100
CONFIRM_SECONDS = 5
REDIS_SECONDS = 4
HEARTBEAT_SECONDS = 10
# A broker that goes away raises its library's own error from an open connection.
AWAY = (OSError, KombuError, AMQPError, RedisError)


def transport_options(url: str) -> dict[str, Any]:
    """Returns kombu's options for the broker at `url`: timeouts, and for RabbitMQ a reader that survives bad frames."""
    if url.startswith("amqp"):
        return {"read_timeout": 20, "write_timeout": 10, "frame_handler": amqp_transport.read_frames}
    return {"socket_timeout": 20, "socket_connect_timeout": 3}


def _queue(name: str, url: str, **arguments: Any) -> Queue:
    if url.startswith("amqp"):
        arguments["x-queue-type"] = "quorum"
        return Queue(name, durable=True, queue_arguments=arguments)
    return Queue(name, durable=True)


class DispatchMessage(NamedTuple):
    """Holds a dispatch message: the ids of queued jobs of a queue, which one worker slot starts one after the other."""

    queue: str
    job_ids: Sequence[uuid.UUID]


class BrokerLink:
    """Holds one connection to the broker, which is opened when first needed and closed after any error."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._connection: Connection | None = None

    def connection(self) -> Connection:
        """Returns the connection to the broker, opened if there is none. Raises one of AWAY if the broker is away."""
        if self._connection is None:
            options = {**transport_options(self.url), **self._extra_options()}
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
        """Closes the connection without waiting for the broker's reply; the next use opens a new one."""
        link, self._connection = self._connection, None
        if link is None:
            return
        if self.url.startswith("amqp") and link.connected:
            # An orderly close waits for replies, and a stalled broker sends none for a minute.
            link.connection.collect()
        link.collect(socket_timeout=1)

    def _extra_options(self) -> dict[str, Any]:
        """Returns further options: for Redis a short timeout, so that a few waits end before the watchdog acts."""
        return {} if self.url.startswith("amqp") else {"socket_timeout": REDIS_SECONDS}


class Publisher(BrokerLink):
    """Publishes dispatch messages, and returns the jobs whose messages the broker has confirmed.

    On RabbitMQ all messages of a call are sent before the first confirm is awaited: that is several times as fast as
    one confirm at a time, and as durable.
    """

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._channel: Any = None
        self._declared: set[str] = set()
        self._sent = 0
        self._unconfirmed: dict[int, DispatchMessage] = {}
        self._was_open_before = False
        self._next_heartbeat = 0.0
        self._blocked = False

    def drop(self) -> None:
        """Closes the connection, and forgets its channel, the queues declared, and whether the broker blocks it."""
        self._channel = None
        self._blocked = False
        self._declared.clear()
        super().drop()

    def publish(self, messages: Sequence[DispatchMessage]) -> set[uuid.UUID]:
        """Publishes dispatch messages; returns the ids of the jobs whose message the broker confirmed in time.

        Does not raise if the broker is away: then it returns no ids, or only some.
        """
        if self._still_blocked():
            return set()
        rest = self._try(messages)
        if rest and self._was_open_before and not self._blocked:
            # The old connection may have been dead without a sign; a new one may work.
            rest = self._try(rest)
        return {job_id for message in messages if message not in rest for job_id in message.job_ids}

    def depth(self, queue: str) -> int:
        """Returns how many messages a job queue holds, declaring it if needed; 0 if the broker is away or blocked."""
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
        """Returns whether the broker has blocked this connection because it is short of memory or disk."""
        return self._blocked

    def tend(self) -> None:
        """Sends and reads the heartbeats of an idle connection to the broker. Must be called every few seconds."""
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

    def _extra_options(self) -> dict[str, Any]:
        if not self.url.startswith("amqp"):
            return super()._extra_options()
        return {"on_blocked": self._note_blocked, "on_unblocked": self._note_unblocked}

    def _note_blocked(self, _reason: str) -> None:
        log.warning("the broker takes no messages: it is short of memory or disk")
        self._blocked = True

    def _note_unblocked(self) -> None:
        log.warning("the broker takes messages again")
        self._blocked = False

    def _still_blocked(self) -> bool:
        """Reads what the broker has sent, and returns whether it still blocks this connection.

        The broker reads nothing from a blocked connection, so a request there would wait for its reply. What was sent
        is not lost: it reaches the queue later, perhaps twice. A new connection would be blocked, too, and the broker
        would have to serve both.
        """
        if self._blocked:
            self._next_heartbeat = 0.0
            self.tend()
        return self._blocked

    def _try(self, messages: Sequence[DispatchMessage]) -> list[DispatchMessage]:
        """Publishes the dispatch messages without a retry; returns those that the broker did not confirm."""
        sent = 0
        self._unconfirmed.clear()
        self._was_open_before = self._channel is not None
        try:
            for message in messages:
                self._send(message)
                sent += 1
            self._wait_for_confirms()
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
                channel.events["basic_ack"].add(self._note_confirmed)
            self._channel = channel
        return self._channel

    def _send(self, message: DispatchMessage) -> None:
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
            incoming.body_of(job_ids),
            content_type="application/json",
            content_encoding="utf-8",
            headers=incoming.task_headers(RUN_JOBS, job_ids[0]),
            properties={"correlation_id": job_ids[0], "delivery_mode": 2},
        )
        # Through the default exchange, which routes to the queue of that name.
        channel.basic_publish(prepared, exchange="", routing_key=queue)

    def _note_confirmed(self, delivery_tag: int, multiple: bool) -> None:
        tags = [tag for tag in self._unconfirmed if tag <= delivery_tag] if multiple else [delivery_tag]
        for tag in tags:
            self._unconfirmed.pop(tag, None)

    def _wait_for_confirms(self) -> None:
        """Waits until all messages are confirmed or the broker blocks; 5 s without a confirm raise TimeoutError."""
        left, deadline = len(self._unconfirmed), time.monotonic() + CONFIRM_SECONDS
        while self._unconfirmed and not self._blocked:
            self.connection().drain_events(timeout=max(deadline - time.monotonic(), 0.01))
            if len(self._unconfirmed) < left:
                left, deadline = len(self._unconfirmed), time.monotonic() + CONFIRM_SECONDS
            elif time.monotonic() > deadline:
                raise TimeoutError("no confirm")


class RedBeatReader(BrokerLink):
    """Reads RedBeat messages, and passes the series id of each to `on_series`; logs and drops invalid messages."""

    def __init__(self, url: str, on_series: Callable[[uuid.UUID], None]) -> None:
        super().__init__(url)
        self._on_series = on_series
        self._consumer: Any = None

    def drop(self) -> None:
        """Closes the connection to the broker, and forgets its consumer."""
        self._consumer = None
        super().drop()

    def read(self, seconds: float) -> None:
        """Waits up to `seconds` for RedBeat messages and processes them. Raises one of AWAY if the broker is away."""
        if self._consumer is None:
            arguments = {"x-message-ttl": MESSAGE_TTL_MS, "x-expires": UNUSED_QUEUE_TTL_MS}
            queue = _queue(REDBEAT_QUEUE, self.url, **arguments)
            self._consumer = self.connection().Consumer(
                [queue],
                on_message=self._take,
                on_decode_error=lambda message, _exc: self._take(message),
                prefetch_count=PREFETCH_COUNT,
            )
            self._consumer.consume()
        try:
            self.connection().drain_events(timeout=seconds)
        except TimeoutError:
            self.connection().heartbeat_check()

    def _take(self, message: Any) -> None:
        message.ack()
        try:
            series_id = incoming.series_id(message)
        except incoming.InvalidMessage as why:
            incoming.log_drop(REDBEAT_QUEUE, why)
        else:
            self._on_series(series_id)

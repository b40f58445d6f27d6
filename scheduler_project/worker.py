"""`celery worker` with what a worker of ours needs, so that the plain command is right."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from celery.apps.worker import Worker
from celery.worker.consumer import Consumer

_DELAYED_DELIVERY = "celery.worker.consumer.delayed_delivery:DelayedDelivery"


class NamedWorker(Worker):
    """Its node name is new at each start: RabbitMQ keeps a dead worker's control queue locked for a while,
    and a second worker of the same name could not start. Heartbeat, gossip and mingle events would make a
    worker's main loop wait for the broker; our own heartbeats go to Postgres.
    """

    def __init__(self, *, hostname: str | None = None, **options: Any) -> None:
        name, _, host = (hostname or "").rpartition("@")
        options |= {"without_heartbeat": True, "without_gossip": True, "without_mingle": True}
        super().__init__(hostname=f"{name or 'celery'}-{uuid.uuid4().hex[:6]}@{host}", **options)


class LeanConsumer(Consumer):
    """Without native delayed delivery: delays live in Postgres, and its 28 queues would stand idle for ever."""

    class Blueprint(Consumer.Blueprint):  # type: ignore[misc, valid-type]  # the stubs take it for a variable
        default_steps: ClassVar[list[str]] = [
            step for step in Consumer.Blueprint.default_steps if step != _DELAYED_DELIVERY
        ]

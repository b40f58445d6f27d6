"""Names in Redis and at the broker: each bears the platform's, so that two platforms share a server in peace."""

from __future__ import annotations

from typing import Any

from django.conf import settings


def key(name: str) -> str:
    """A key of Redis."""
    return f"restjobscheduler:{settings.PLATFORM_NAME}:{name}"


def at_broker(name: str) -> str:
    """A queue or exchange of ours that no user has named."""
    return f"restjobscheduler.{settings.PLATFORM_NAME}.{name}"


def broker_queue(queue: str) -> str:
    """The broker's name for a queue that users name. The same, unless PLATFORM_NAME is set.

    A name that was only derived may differ between processes that are set up differently; job queues must not.
    """
    return _prefix() + queue


def user_queue(broker_queue: str) -> str:
    """The reverse of `broker_queue`."""
    return broker_queue.removeprefix(_prefix())


def served_queues(consumer: Any) -> list[str]:
    """The queues that a kombu consumer reads at this moment, as users name them."""
    return sorted(user_queue(queue.name) for queue in consumer.queues)


def _prefix() -> str:
    return f"{settings.PLATFORM_NAME}." if settings.NAMES_JOB_QUEUES else ""

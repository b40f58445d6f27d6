"""Builds names of Redis keys and broker queues. All contain the platform's name, as platforms can share a server."""

from __future__ import annotations

from typing import Any

from django.conf import settings


def key(name: str) -> str:
    """Returns the key in Redis for `name`, which begins with the platform's name."""
    return f"restjobscheduler:{settings.PLATFORM_NAME}:{name}"


def at_broker(name: str) -> str:
    """Returns the name at the broker of an internal queue or exchange, which contains the platform's name."""
    return f"restjobscheduler.{settings.PLATFORM_NAME}.{name}"


def broker_queue(queue: str) -> str:
    """Returns the name at the broker of a job queue: `queue`, preceded by PLATFORM_NAME if that is set.

    A platform name that was derived from other settings is not used: it may differ between processes, and the names of
    job queues must not.
    """
    return _prefix() + queue


def user_queue(broker_queue: str) -> str:
    """Returns the job queue that has this name at the broker; the inverse of `broker_queue`."""
    return broker_queue.removeprefix(_prefix())


def served_queues(consumer: Any) -> list[str]:
    """Returns the job queues from which a worker's kombu consumer reads at this moment, sorted by name."""
    return sorted(user_queue(queue.name) for queue in consumer.queues)


def _prefix() -> str:
    return f"{settings.PLATFORM_NAME}." if settings.NAMES_JOB_QUEUES else ""

"""Builds names in Redis and at the broker. Each contains the platform's name, so that platforms can share a server."""

from __future__ import annotations

from typing import Any

from django.conf import settings


def key(name: str) -> str:
    """Returns our key in Redis for `name`."""
    return f"restjobscheduler:{settings.PLATFORM_NAME}:{name}"


def at_broker(name: str) -> str:
    """Returns our name at the broker for an internal queue or exchange."""
    return f"restjobscheduler.{settings.PLATFORM_NAME}.{name}"


def broker_queue(queue: str) -> str:
    """Returns the broker's name of a job queue: the same name, unless PLATFORM_NAME is set.

    A platform name that was derived from other settings is not used: it may differ between processes, and the names
    of job queues must not.
    """
    return _prefix() + queue


def user_queue(broker_queue: str) -> str:
    """Returns the job queue of a broker's name; the inverse of `broker_queue`."""
    return broker_queue.removeprefix(_prefix())


def served_queues(consumer: Any) -> list[str]:
    """Returns the job queues that a kombu consumer reads at this moment, sorted."""
    return sorted(user_queue(queue.name) for queue in consumer.queues)


def _prefix() -> str:
    return f"{settings.PLATFORM_NAME}." if settings.NAMES_JOB_QUEUES else ""

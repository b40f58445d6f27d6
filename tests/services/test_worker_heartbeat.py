"""What a worker's heartbeat reports to the dispatchers."""

from __future__ import annotations

from typing import Any

import pytest

from handlers import registry
from jobs.models import WorkerNode
from jobs.running.worker_heartbeat import WorkerHeartbeat

pytestmark = pytest.mark.django_db
FACTS: dict[str, Any] = {"host": "h", "pid": 1, "queues": ["default"], "slots": 2, "version": "1"}


def test_it_announces_the_job_types_that_it_has_handlers_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_current", registry.Registry(["handlers"]))
    WorkerHeartbeat("w", FACTS).send()
    row = WorkerNode.objects.get()
    assert (row.name, row.queues, row.slots) == ("w", ["default"], 2)
    assert row.job_types == registry.job_types()
    assert "otp_send_job" in row.job_types


def test_a_handler_that_is_added_or_removed_is_announced_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    has = ["mail_job"]
    monkeypatch.setattr(registry, "job_types", lambda: list(has))
    heartbeat = WorkerHeartbeat("w", FACTS)
    heartbeat.send()
    for job_types in (["mail_job", "new_job"], ["new_job"]):
        has[:] = job_types
        heartbeat.send()
        assert WorkerNode.objects.get().job_types == job_types


def test_between_two_heartbeats_nothing_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "job_types", list)
    heartbeat = WorkerHeartbeat("w", FACTS)
    heartbeat.send()
    WorkerNode.objects.all().delete()
    heartbeat.send()
    assert not WorkerNode.objects.exists()

"""GET /api/v1/workers/ and /api/v1/queues/"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from jobs.models import LiveJob, WorkerNode
from tests.api.caller import Caller
from tests.factories import WORKER, queued, running, scheduled, succeeded, template

pytestmark = pytest.mark.django_db


def node(name: str = WORKER, *, queues: tuple[str, ...] = ("default",), silent_for: float = 0) -> None:
    now = timezone.now()
    WorkerNode.objects.create(
        name=name,
        host="host-1",
        pid=4711,
        queues=list(queues),
        slots=2,
        started_at=now - timedelta(hours=1),
        seen_at=now - timedelta(seconds=silent_for),
    )


def by_name(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200
    return {row["queue"]: row for row in answer.json()["results"]}


def test_a_live_worker_shows_its_slots_and_heartbeat(viewer: Caller) -> None:
    node()
    running()
    (worker,) = viewer.get("workers/").json()["results"]
    assert worker.pop("seen_at").endswith("Z")
    assert worker.pop("started_at").endswith("Z")
    assert worker == {
        "name": WORKER,
        "host": "host-1",
        "pid": 4711,
        "queues": ["default"],
        "slots": 2,
        "busy": 1,
    }


def test_a_worker_that_fell_silent_is_not_live(viewer: Caller) -> None:
    node("quiet@host", silent_for=31)
    node("alive@host", silent_for=25)
    assert [row["name"] for row in viewer.get("workers/").json()["results"]] == ["alive@host"]


def test_without_workers_the_list_is_empty(viewer: Caller) -> None:
    assert viewer.get("workers/").json() == {"next": None, "previous": None, "results": []}


def test_a_queue_shows_what_waits_how_long_and_who_serves_it(viewer: Caller) -> None:
    node(queues=("default", "mail"))
    node("second@host", queues=("mail",))
    old = queued()
    LiveJob.objects.filter(pk=old).update(start_time=timezone.now() - timedelta(seconds=90))
    scheduled()
    queues = by_name(viewer.get("queues/"))
    assert set(queues["default"]) == {"queue", "waiting", "oldest_seconds", "workers"}
    assert (queues["default"]["waiting"], queues["default"]["workers"]) == (2, 1)
    assert queues["default"]["oldest_seconds"] == pytest.approx(90, abs=10)
    assert queues["mail"] == {"queue": "mail", "waiting": 0, "oldest_seconds": None, "workers": 2}


def test_what_is_not_due_runs_or_has_ended_does_not_wait(viewer: Caller) -> None:
    scheduled(start_in_seconds=60)
    running()
    succeeded()
    assert by_name(viewer.get("queues/")) == {}


def test_a_queue_that_nobody_serves_is_shown(viewer: Caller) -> None:
    template(queue="mail")
    scheduled()
    assert by_name(viewer.get("queues/"))["mail"]["workers"] == 0

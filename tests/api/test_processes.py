"""GET /api/v1/processes/"""

from __future__ import annotations

import pytest

from jobs.models import WorkerNode
from tests.api.caller import Caller
from tests.factories import process

pytestmark = pytest.mark.django_db


def test_every_kind_is_listed_with_its_heartbeat_and_what_it_suffers_from(viewer: Caller) -> None:
    process("web"), process("beat")
    dispatcher = process(problems=(("redis_unavailable", "Redis is away."),))
    WorkerNode.objects.create(name="w@host", host="host-1", pid=7, queues=["default"], slots=1, version="2")
    rows = viewer.get("processes/").json()["results"]
    assert [row["kind"] for row in rows] == ["beat", "dispatcher", "web", "worker"]
    shown = rows[1]
    assert shown.pop("started_at").endswith("Z")
    assert shown.pop("seen_at").endswith("Z")
    assert shown == {
        "kind": "dispatcher",
        "name": dispatcher.name,
        "host": "host-1",
        "pid": 4712,
        "version": "1",
        "problems": [{"code": "redis_unavailable", "detail": "Redis is away."}],
    }
    assert (rows[3]["name"], rows[3]["version"], rows[3]["problems"]) == ("w@host", "2", [])


def test_one_that_fell_silent_or_has_stopped_is_not_listed(viewer: Caller) -> None:
    process(silent_for=31)
    process("web", stopped_at="2026-01-31T12:00:00Z")
    assert viewer.get("processes/").json() == {"next": None, "previous": None, "results": []}

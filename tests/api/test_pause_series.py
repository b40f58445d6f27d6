"""POST series/{id}/pause/ with `until`"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from jobs.models import Series
from tests.api.caller import Caller, Json, refused
from tests.factories import recurring, store

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(db: None) -> str:
    store(recurring())
    return f"series/{Series.objects.get().pk}/"


def test_it_tells_until_when_and_why(editor: Caller, path: str) -> None:
    until = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    paused = editor.post(f"{path}pause/", {"until": until})
    assert paused.status_code == 200, paused.content
    body = paused.json()
    assert (body["state"], body["paused_reason"]) == ("paused", "Paused by editor-person.")
    assert datetime.fromisoformat(body["paused_until"]) == datetime.fromisoformat(until)
    resumed = editor.post(f"{path}resume/").json()
    assert (resumed["paused_until"], resumed["paused_reason"]) == (None, None)


def test_without_a_body_it_lasts_until_somebody_resumes(editor: Caller, path: str) -> None:
    assert editor.post(f"{path}pause/").json()["paused_until"] is None


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"until": "2020-01-01T00:00:00Z"}, ("until", "minimum")),
        ({"until": "9999-12-31T23:59:59-23:59"}, ("until", "maximum")),
        ({"until": "0001-01-01T00:00:00+23:59"}, ("until", "minimum")),
        ({"until": "tomorrow"}, ("until", "format")),
        ({"until": ""}, ("until", "format")),
        ({"until": "2999-01-01"}, ("until", "format")),
        ({"until": "2030-01-01T00:00:00"}, ("until", "format")),
        ({"until": None}, ("until", "type")),
        ({"until": 1893456000}, ("until", "type")),
        ({"untill": "2999-01-01T00:00:00Z"}, ("untill", "unknown_field")),
    ],
)
def test_what_is_no_time_to_come_is_named_and_pauses_nothing(
    editor: Caller, path: str, body: Json, problem: tuple[str, str]
) -> None:
    assert refused(editor.post(f"{path}pause/", body)) == (400, [problem])
    assert editor.get(path).json()["state"] == "active"

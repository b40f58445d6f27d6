"""POST template-preview/"""

from __future__ import annotations

from typing import Any

import pytest

from templates_app.models import JobTemplate
from tests.api.caller import Caller
from tests.factories import OTP, document, recurring, store

pytestmark = pytest.mark.django_db
PREVIEW = "template-preview/"


def preview(caller: Caller, **body: Any) -> dict[str, Any]:
    answer = caller.post(PREVIEW, body)
    assert answer.status_code == 200, answer.content
    shown: dict[str, Any] = answer.json()
    return shown


def test_a_good_document_is_shown_as_its_form_and_not_stored(editor: Caller) -> None:
    shown = preview(
        editor, document=document(payload_schema={"city": {"type": "string", "maxLength": 3}}, payload={})
    )
    assert (shown["problems"], shown["trial"]) == ([], None)
    assert shown["form"]["schema"]["properties"]["city"]["maxLength"] == 3
    assert not JobTemplate.objects.exists()


def test_of_a_recurring_one_the_next_five_runs_are_listed(editor: Caller) -> None:
    shown = preview(editor, document=recurring(crontab="30 2 * * *", timeZone="Asia/Tokyo"))
    assert len(shown["next_runs"]) == 5
    assert shown["next_runs"][0]["local"].endswith("T02:30:00+09:00")
    assert len(preview(editor, document=recurring(maxRuns=2))["next_runs"]) == 2
    assert preview(editor, document=document())["next_runs"] == []
    endless = recurring(userTriggered=True)
    assert preview(editor, document=endless)["next_runs"] == []


def test_every_problem_of_a_bad_document_is_reported_with_its_place(editor: Caller) -> None:
    wrong = document(startInSeconds=-1, payload_schema={"city": {"type": "strnig"}})
    shown = preview(editor, document=wrong)
    assert shown["form"] is None
    assert {one["attr"] for one in shown["problems"]} == {"startInSeconds", "payload_schema.city.type"}
    assert all(one["remedy"] for one in shown["problems"])


@pytest.mark.parametrize("nonsense", [None, [], "text", 1])
def test_a_document_that_is_no_object_is_a_problem_too(editor: Caller, nonsense: object) -> None:
    assert preview(editor, document=nonsense)["problems"][0]["code"] == "type"


def test_the_type_of_a_stored_template_must_stay(editor: Caller) -> None:
    shown = preview(editor, document=document(), job_type="another_job")
    assert [one["attr"] for one in shown["problems"]] == ["type"]


def test_warnings_come_with_the_form(editor: Caller) -> None:
    shown = preview(editor, document=document(type="nobody_handles_this"))
    assert "HANDLER_NOT_FOUND" in {one["code"] for one in shown["warnings"]}
    assert shown["form"] is not None


def test_a_payload_is_tried_as_creating_a_job_would(editor: Caller) -> None:
    schema = {"count": {"type": "uint", "maxValue": 5, "required": True}, "note": {"type": "string"}}
    wanted = document(payload_schema=schema, payload={"note": "hello"})
    good = preview(editor, document=wanted, payload={"count": 3})["trial"]
    assert (good["payload"]["count"], good["payload"]["note"], good["errors"]) == (3, "hello", [])
    bad = preview(editor, document=wanted, payload={"count": 6})["trial"]
    assert bad["payload"] is None
    assert [(one["attr"], one["code"]) for one in bad["errors"]] == [("payload.count", "maximum")]


def test_a_secret_value_does_not_come_back_from_its_trial(editor: Caller) -> None:
    wanted = document(payload_schema={"token": {"type": "secret"}}, payload={})
    trial = preview(editor, document=wanted, payload={"token": "very secret"})["trial"]
    assert trial == {"payload": {"token": "$encrypted$"}, "errors": []}


def test_only_editors_are_served(operator: Caller) -> None:
    assert operator.post(PREVIEW, {"document": document(type=OTP)}).status_code == 403


def test_a_trial_takes_the_secret_that_is_stored_and_does_not_show_it(editor: Caller) -> None:
    fields = {"key": {"type": "secret"}}
    store(document(payload_schema=fields, payload={"key": "s3cret-key"}))
    marked = document(payload_schema=fields, payload={"key": "$encrypted$"})
    assert preview(editor, document=marked, payload={})["trial"] == {
        "payload": {"key": "$encrypted$"},
        "errors": [],
    }
    other = document("other_job", payload_schema=fields, payload={"key": "$encrypted$"})
    assert [one["code"] for one in preview(editor, document=other)["problems"]] == ["SECRET_MISSING"]

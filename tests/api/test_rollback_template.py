"""POST /api/v1/templates/{type}/rollback/"""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry
from accounts.roles import Role
from foundation.encryption import unseal
from jobs.services.series_editing import create_series
from templates_app.models import JobTemplate, TemplateVersion
from tests.api.caller import Caller, refused
from tests.factories import EDITOR, OTP, PASSWORD, document, scheduled, store
from tests.support.admin import find_csp_violations, read_messages, sign_in

pytestmark = pytest.mark.django_db
ROLLBACK = f"templates/{OTP}/rollback/"
ADMIN = f"/admin/templates_app/jobtemplate/{OTP}"


@pytest.fixture(autouse=True)
def _three_versions(db: None) -> None:
    for label in ("one", "two", "three"):
        store(document(label=label))


def version() -> int:
    return JobTemplate.objects.get(pk=OTP).version


def test_it_makes_a_new_version_with_that_ones_document(editor: Caller) -> None:
    answer = editor.post(ROLLBACK, {"version": 1})
    assert answer.status_code == 200
    meta = answer.json().pop("meta")
    assert {key: value for key, value in answer.json().items() if key != "meta"} == document(label="one")
    assert (meta["version"], meta["updated_by"]) == (4, "editor-person")
    entry = AuditEntry.objects.get(object=f"template:{OTP}", after__contains='"rolled_back_to":1')
    assert (entry.actor, entry.action) == ("editor-person", "template_updated")


def test_the_newest_ones_document_makes_no_version(editor: Caller) -> None:
    assert editor.post(ROLLBACK, {"version": 3}).json()["meta"]["version"] == 3
    editor.post(ROLLBACK, {"version": 1})
    assert editor.post(ROLLBACK, {"version": 1}).json()["meta"]["version"] == 4
    assert TemplateVersion.objects.filter(template=OTP).count() == 4


def test_a_stale_version_is_409_and_changes_nothing(editor: Caller) -> None:
    answer = editor.post(ROLLBACK, {"version": 1}, If_Match='"2"')
    assert refused(answer) == (409, [(None, "version_conflict")])
    assert editor.post(ROLLBACK, {"version": 1}, If_Match='"3"').status_code == 200
    assert version() == 4


def test_a_waiting_job_that_would_not_pass_is_409_unless_forced(editor: Caller) -> None:
    store(document(payload_schema={"user_id": {"type": "uint", "maxValue": 7}}))
    store(document())
    scheduled(payload={"user_id": 8})
    create_series(job_type=OTP, fields={"payload": {"user_id": 9}, "every_seconds": 60}, actor=EDITOR)
    answer = editor.post(ROLLBACK, {"version": 4})
    assert refused(answer)[0] == 409
    assert {code for _, code in refused(answer)[1]} == {"would_not_pass"}
    assert version() == 5
    assert editor.post(f"{ROLLBACK}?force=1", {"version": 4}).json()["meta"]["version"] == 6


def test_secret_defaults_come_back_with_their_version(editor: Caller) -> None:
    fields = {"key": {"type": "secret"}}
    for secret in ("first-secret", "second-secret"):
        store(document(PASSWORD, payload_schema=fields, payload={"key": secret}))
    answer = editor.post(f"templates/{PASSWORD}/rollback/", {"version": 1})
    assert answer.json()["payload"] == {"key": "$encrypted$"}
    newest = TemplateVersion.objects.get(template=PASSWORD, number=3)
    assert unseal(newest.secrets) == {"key": "first-secret"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, (400, [("version", "required")])),
        ({"version": 0}, (400, [("version", "minimum")])),
        ({"version": "1"}, (400, [("version", "type")])),
        ({"version": 2**31}, (400, [("version", "maximum")])),
        ({"version": 1, "nonsense": 1}, (400, [("nonsense", "unknown_field")])),
        ({"version": 9}, (404, [("version", "not_found")])),
    ],
)
def test_a_bad_body_is_refused_there(editor: Caller, body: dict[str, Any], expected: Any) -> None:
    assert refused(editor.post(ROLLBACK, body)) == expected
    assert version() == 3


def test_an_unknown_template_is_404_and_an_operator_gets_403(editor: Caller, operator: Caller) -> None:
    assert refused(editor.post("templates/nothing/rollback/", {"version": 1})) == (
        404,
        [("job_type", "not_found")],
    )
    assert operator.post(ROLLBACK, {"version": 1}).status_code == 403


class TestInTheAdmin:
    @pytest.fixture
    def eve(self) -> Client:
        return sign_in(Role.EDITOR, "eve")

    def test_each_older_version_has_a_button(self, eve: Client) -> None:
        page = eve.get(f"{ADMIN}/change/")
        buttons = [
            number
            for number in range(1, 4)
            if f'formaction="{ADMIN}/rollback/{number}/"' in page.content.decode()
        ]
        assert buttons == [1, 2]
        assert find_csp_violations(page) == []

    def test_it_makes_a_version_as_its_reader_has_seen_the_newest(self, eve: Client) -> None:
        done = eve.post(f"{ADMIN}/rollback/1/", {"seen_version": "3"}, follow=True)
        assert read_messages(done) == [f"The template {OTP} is as in version 1 again."]
        assert JobTemplate.objects.get(pk=OTP).updated_by == "eve"
        stale = eve.post(f"{ADMIN}/rollback/2/", {"seen_version": "3"}, follow=True)
        assert "changed meanwhile" in read_messages(stale)[0]
        assert version() == 4

    def test_only_who_may_change_templates_may(self, eve: Client) -> None:
        ann = sign_in(Role.OPERATOR, "ann")
        assert "/rollback/" not in ann.get(f"{ADMIN}/change/").content.decode()
        assert ann.post(f"{ADMIN}/rollback/1/", {"seen_version": "3"}).status_code == 403
        assert eve.get(f"{ADMIN}/rollback/1/").status_code == 403

"""POST /api/v1/jobs/ takes token and template from memory, and yet nothing outlives its end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import ApiToken, User
from accounts.roles import SYSTEM, Role
from accounts.services.tokens import issue_token, revoke_token
from accounts.services.users import create_user
from foundation import prepared
from foundation.errors import Conflict
from jobs.models import Job, LiveJob
from jobs.services.preparing import Submission
from jobs.services.submit import submit_job
from templates_app.models import JobTemplate
from tests.api.caller import problems, refused
from tests.factories import ANN, OTP, PASSWORD, document, store, template

pytestmark = pytest.mark.django_db
GOOD: dict[str, Any] = {"job_type": OTP}
BAD: dict[str, Any] = {"job_type": OTP, "payload": {"user_id": -1}}
UNKNOWN: dict[str, Any] = {"job_type": "nothing"}


class Program:
    """Has a token, which the web process knows from an earlier job."""

    def __init__(self) -> None:
        self.user = create_user(name="ann", role=Role.OPERATOR)
        self.token, self._plain = issue_token(user=self.user, name="ci")
        assert self.post(GOOD).status_code == 201
        LiveJob.objects.all().delete()

    def post(self, body: dict[str, Any], **headers: str) -> Any:
        headers["Authorization"] = f"Token {self._plain}"
        client = Client(raise_request_exception=False)
        return client.post("/api/v1/jobs/", body, content_type="application/json", headers=headers)


@pytest.fixture
def program(db: None) -> Program:
    template()
    return Program()


def revoke(program: Program) -> None:
    revoke_token(token=program.token, by=SYSTEM)


def expire(program: Program) -> None:
    ApiToken.objects.filter(pk=program.token.pk).update(expiry=timezone.now() - timedelta(days=1))


def close(program: Program) -> None:
    User.objects.filter(pk=program.user.pk).update(is_active=False)


def stop_without_a_sign_in(program: Program) -> None:
    """As of a user whom the provider has not signed in for PROVIDER_RECHECK_DAYS."""
    User.objects.filter(pk=program.user.pk).update(must_sign_in_by=timezone.now() - timedelta(days=1))


def delete(program: Program) -> None:
    program.user.delete()


ENDS = pytest.mark.parametrize("end", [revoke, expire, close, stop_without_a_sign_in, delete])


@ENDS
def test_a_token_opens_nothing_from_its_end_on(program: Program, end: Callable[[Program], None]) -> None:
    end(program)
    answer = program.post(GOOD)
    assert refused(answer) == (401, [(None, "invalid_token")])
    assert answer["WWW-Authenticate"] == "Token"
    assert not Job.objects.exists()


@ENDS
@pytest.mark.parametrize("body", [BAD, UNKNOWN], ids=["bad payload", "no such type"])
def test_nor_does_it_learn_what_is_wrong_with_its_body(
    program: Program, end: Callable[[Program], None], body: dict[str, Any]
) -> None:
    end(program)
    assert refused(program.post(body)) == (401, [(None, "invalid_token")])


@ENDS
def test_nor_does_an_idempotency_key_help_it(program: Program, end: Callable[[Program], None]) -> None:
    key = {"Idempotency-Key": "one"}
    assert program.post(GOOD, **key).status_code == 201
    end(program)
    assert program.post(GOOD, **key).status_code == 401


def test_a_lost_role_is_lost_at_once(program: Program) -> None:
    User.objects.update(role=Role.VIEWER)
    answer = program.post(GOOD)
    assert answer.status_code == 403
    assert "yours is viewer" in answer.json()["errors"][0]["detail"]


def test_a_won_role_is_won_at_once(program: Program) -> None:
    User.objects.update(role=Role.VIEWER)
    assert program.post(GOOD).status_code == 403
    User.objects.update(role=Role.OPERATOR)
    assert program.post(GOOD).status_code == 201


def test_a_renamed_author_signs_with_the_new_name(program: Program) -> None:
    User.objects.update(username="anna")
    assert program.post(GOOD).json()["created_by"] == "anna"


def test_refusals_are_as_ever_while_the_token_is_good(program: Program) -> None:
    assert refused(program.post(BAD)) == (400, [("payload.user_id", "minimum")])
    assert refused(program.post(UNKNOWN)) == (404, [("job_type", "not_found")])


def test_a_disabled_template_is_refused_at_once_and_runs_again_at_once(program: Program) -> None:
    JobTemplate.objects.update(enabled=False)
    assert problems(program.post(GOOD)) == [("job_type", "template_disabled")]
    JobTemplate.objects.update(enabled=True)
    assert program.post(GOOD).status_code == 201


def test_an_archived_template_is_gone_at_once(program: Program) -> None:
    JobTemplate.objects.update(archived=True)
    assert refused(program.post(GOOD)) == (404, [("job_type", "not_found")])


def test_a_deleted_template_is_gone_at_once(program: Program) -> None:
    JobTemplate.objects.all().delete()
    assert refused(program.post(GOOD)) == (404, [("job_type", "not_found")])


def test_a_job_is_of_the_newest_version(program: Program) -> None:
    store(document(payload={"user_id": 8}))
    created = program.post(GOOD).json()
    assert (created["template_version"], created["payload"]) == (2, {"user_id": 8})


def test_what_an_old_version_refused_the_new_one_may_take(program: Program) -> None:
    schema = {"user_id": {"type": "int", "required": True, "label": "User Id"}}
    store(document(payload_schema=schema))
    assert program.post(BAD).status_code == 201


def test_who_has_a_token_and_creates_a_job_makes_one_round_trip(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def fetch(sql: str, values: Any, fetch: Any = prepared.fetch) -> Any:
        asked.append(sql)
        return fetch(sql, values)

    monkeypatch.setattr(prepared, "fetch", fetch)
    assert program.post(GOOD).status_code == 201
    assert len(asked) == 1


def test_what_changes_again_and_again_is_told_to_try_again() -> None:
    template(PASSWORD)
    with pytest.raises(Conflict, match="at this very moment"):
        submit_job(submission=Submission(PASSWORD), actor=ANN, token="none such")
    assert not Job.objects.exists()

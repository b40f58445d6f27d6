"""Every door keeps read-only fields and unbound secrets from those who may not edit the template, and says so."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from accounts.rights import Scope, TokenLimits
from accounts.roles import SYSTEM, Role
from accounts.services.grants import create_grant
from accounts.services.tokens import issue_token
from tests.api.caller import Caller, refused
from tests.api.people import shared_secret
from tests.factories import OTP, document, store, succeeded
from tests.support.shell import run_jobs_command

pytestmark = pytest.mark.django_db(transaction=True)
MARKER = "$encrypted$"
FIXED: dict[str, Any] = {
    "payload_schema": {"n": {"type": "uint", "readOnly": True}, "key": {"type": "secret", "readOnly": True}},
    "payload": {"n": 7, "key": "s3cret"},
}
OTHER = {"n": 8, "key": "mine"}
READ_ONLY = [("payload.n", "read_only"), ("payload.key", "read_only")]
UNBOUND: dict[str, Any] = {"payload_schema": {"key": {"type": "secret"}}, "payload": {"key": "s3cret"}}


@pytest.fixture
def operator(transactional_db: None) -> Caller:
    return Caller(Role.OPERATOR)


def below(prefix: str) -> list[tuple[str | None, str]]:
    return [(f"{prefix}{attr}", code) for attr, code in READ_ONLY]


def test_rest_bulk_trial_and_re_run_refuse_another_value(operator: Caller) -> None:
    store(document(**FIXED))
    old = succeeded(payload={})
    assert refused(operator.post("jobs/", {"job_type": OTP, "payload": OTHER})) == (400, READ_ONLY)
    assert refused(operator.post(f"jobs/{old}/rerun/", {"payload": OTHER})) == (400, READ_ONLY)
    assert refused(operator.post(f"templates/{OTP}/validate/", {"payload": OTHER})) == (400, READ_ONLY)
    both = [{"job_type": OTP, "payload": {}}, {"job_type": OTP, "payload": OTHER}]
    assert refused(operator.post("jobs/bulk/", {"jobs": both})) == (400, below("jobs.1."))
    keyed = operator.post("jobs/", {"job_type": OTP, "payload": OTHER}, Idempotency_Key="a-key-of-mine")
    assert refused(keyed) == (400, READ_ONLY)


@pytest.mark.parametrize("payload", [{}, {"n": 7}, {"n": 7.0, "key": MARKER}])
def test_its_own_value_and_the_marker_pass(operator: Caller, payload: dict[str, Any]) -> None:
    store(document(**FIXED))
    answer = operator.post("jobs/", {"job_type": OTP, "payload": payload})
    assert answer.status_code == 201
    assert answer.json()["payload"] == {"n": 7, "key": MARKER}


def test_the_admin_refuses_it_too(operator: Caller) -> None:
    store(document(**FIXED))
    form = {"payload": '{"n": 8}', "start_in_seconds": "", "priority": ""}
    page = operator.client.post(f"/admin/restjob_jobs/job/add/?job_type={OTP}", form)
    assert "n: N is read-only: leave it out, or send 7" in page.content.decode()


def test_the_command_line_refuses_it_too(operator: Caller) -> None:
    store(document(**FIXED))
    told = run_jobs_command("create", OTP, "n=8", "--as", "operator-person")
    assert (told.status, "N is read-only" in str(told.err)) == (4, True)


def test_an_editor_may_and_a_right_or_a_token_makes_or_unmakes_one(operator: Caller) -> None:
    store(document(**FIXED))
    body = {"job_type": OTP, "payload": OTHER}
    editor = Caller(Role.EDITOR)
    assert editor.post("jobs/", body).json()["payload"] == {"n": 8, "key": MARKER}
    assert editor.post("series/", body | {"every_seconds": 60}).status_code == 201
    user = User.objects.get(username="editor-person")
    _, plain = issue_token(user=user, name="ci", limits=TokenLimits(Scope.RUN))
    nobody = Caller(None)
    assert refused(nobody.post("jobs/", body, Authorization=f"Token {plain}")) == (400, READ_ONLY)
    create_grant(user="operator-person", job_types=[OTP], rights=["edit", "run"], by=SYSTEM)
    assert operator.post("jobs/", body).status_code == 201


def test_the_form_says_what_is_read_only(operator: Caller) -> None:
    store(document(**FIXED))
    form = operator.get(f"templates/{OTP}/form/").json()
    assert form["ui_schema"]["n"]["ui:readonly"] is form["ui_schema"]["key"]["ui:readonly"] is True
    assert form["schema"]["properties"]["n"]["readOnly"] is True
    assert form["initial"] == {"n": 7, "key": MARKER}


@pytest.mark.parametrize("shared", [False, True])
def test_the_form_asks_those_for_a_secret_who_may_not_use_the_default(operator: Caller, shared: bool) -> None:
    shared_secret("stripe")
    key = {"type": "secret", "secretRef": "stripe"} if shared else {"type": "secret"}
    inner: dict[str, Any] = {"key": key, "at": {"type": "url"}}
    fields = {"key": key, "o": {"type": "object", "fields": inner}}
    secret: dict[str, Any] = {} if shared else {"key": "s3cret"}
    defaults = {**secret, "o": {"at": "https://a.example", **secret}}
    store(document(payload_schema=fields, payload=defaults))
    form = operator.get(f"templates/{OTP}/form/").json()
    assert form["initial"] == {"o": {"at": "https://a.example"}}
    assert "secretRef" not in str(form["schema"])
    assert form["schema"]["required"] == form["schema"]["properties"]["o"]["required"] == ["key"]
    assert refused(operator.post("jobs/", {"job_type": OTP})) == (
        400,
        [("payload.key", "required"), ("payload.o.key", "required")],
    )
    given = Caller(Role.EDITOR).get(f"templates/{OTP}/form/").json()
    assert given["initial"] == {"key": MARKER, "o": {"at": "https://a.example", "key": MARKER}}


def test_an_import_and_a_template_warn_of_it(operator: Caller) -> None:
    answer = Caller(Role.EDITOR).post("templates/import/", {OTP: document(**UNBOUND)})
    (warning,) = [one for one in answer.json()["warnings"] if one["code"] == "DEFAULT_SECRET_UNBOUND"]
    assert (warning["attr"], warning["value"]) == (f"{OTP}.payload.key", MARKER)
    assert warning["remedy"]
    meta = operator.get(f"templates/{OTP}/").json()["meta"]
    assert "DEFAULT_SECRET_UNBOUND" in [one["code"] for one in meta["warnings"]]


def test_where_a_secret_came_from_stands_in_the_history(operator: Caller) -> None:
    store(document(**FIXED))
    job_id = operator.post("jobs/", {"job_type": OTP}).json()["job_id"]
    (created,) = operator.get(f"jobs/{job_id}/events/").json()["results"]
    assert created["detail"] == {"secrets": {"key": "default@1"}}

"""Shared secrets: created, changed and deleted by admins; templates refer to them, and no answer has a value."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from accounts.models import AuditEntry
from accounts.roles import Role
from foundation.encryption import unseal
from templates_app.models import SharedSecret
from tests.api.caller import Caller, refused
from tests.api.caller import admin as admin
from tests.factories import OTP, document, store

pytestmark = pytest.mark.django_db
STRIPE = {"name": "stripe", "job_types": ["otp_*"], "source": "value", "value": "s3cret-value"}


def referring(name: str = "stripe") -> dict[str, Any]:
    return document(payload_schema={"key": {"type": "secret", "secretRef": name}}, payload={})


def patch(admin: Caller, body: Any, name: str = "stripe") -> Any:
    return admin.send("PATCH", f"secrets/{name}/", body)


def last_entry() -> Any:
    return AuditEntry.objects.first()


def test_it_is_created_and_never_answers_its_value(admin: Caller) -> None:
    answer = admin.post("secrets/", STRIPE | {"hosts": ["api.stripe.com"]})
    assert answer.status_code == 201
    assert b"s3cret" not in answer.content
    shown = answer.json()
    assert {key: shown[key] for key in ("name", "job_types", "hosts", "source", "updated_by", "used_by")} == {
        "name": "stripe",
        "job_types": ["otp_*"],
        "hosts": ["api.stripe.com"],
        "source": "value",
        "updated_by": "admin-person",
        "used_by": [],
    }
    assert "value" not in shown
    assert admin.get("secrets/stripe/").json() == admin.get("secrets/").json()["results"][0] == shown
    assert unseal(SharedSecret.objects.get().secrets) == {"value": "s3cret-value"}


def test_its_value_stands_nowhere_in_the_database(admin: Caller) -> None:
    admin.post("secrets/", STRIPE)
    patch(admin, {"value": "s3cret-next"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(s)::text FROM templates_app_sharedsecret AS s")
        rows = cursor.fetchall()
    assert "s3cret" not in str(rows) + str(
        [(entry.before, entry.after) for entry in AuditEntry.objects.all()]
    )


def test_each_change_is_in_the_audit_trail_without_a_value(admin: Caller) -> None:
    described = {"name": "stripe", "job_types": ["otp_*"], "hosts": None, "source": "value"}
    admin.post("secrets/", STRIPE)
    entry = last_entry()
    assert (entry.actor, entry.action, entry.object) == ("admin-person", "secret_created", "secret:stripe")
    assert (entry.before, entry.after) == (None, described)
    patch(admin, {"value": "next"})
    entry = last_entry()
    assert (entry.action, entry.before, entry.after) == ("secret_changed", {}, {"value_changed": True})
    admin.send("DELETE", "secrets/stripe/")
    entry = last_entry()
    assert (entry.action, entry.before, entry.after) == ("secret_deleted", described, None)


def test_a_change_that_changes_nothing_is_no_entry(admin: Caller) -> None:
    admin.post("secrets/", STRIPE)
    before = AuditEntry.objects.count()
    assert patch(admin, {"job_types": ["otp_*"]}).status_code == 200
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR, Role.EDITOR])
def test_nobody_but_an_admin_sees_or_changes_them(admin: Caller, role: Role) -> None:
    admin.post("secrets/", STRIPE)
    other = Caller(role)
    for method, path in [
        ("GET", ""),
        ("POST", ""),
        ("GET", "stripe/"),
        ("PATCH", "stripe/"),
        ("DELETE", "stripe/"),
    ]:
        assert other.send(method, f"secrets/{path}", None if method == "GET" else {}).status_code == 403


@pytest.mark.parametrize(
    ("change", "attr", "code"),
    [
        ({"name": "a b"}, "name", "pattern"),
        ({"name": ""}, "name", "pattern"),
        ({"name": "../x"}, "name", "pattern"),
        ({"job_types": []}, "job_types", "minItems"),
        ({"job_types": ["Otp"]}, "job_types.0", "pattern"),
        ({"hosts": []}, "hosts", "minItems"),
        ({"hosts": ["https://api.stripe.com"]}, "hosts.0", "pattern"),
        ({"hosts": ["a.example", "*.com"]}, "hosts.1", "pattern"),
        ({"source": ""}, "source", "minLength"),
        ({"source": "vault:x"}, "source", "pattern"),
        ({"source": "value:x"}, "source", "pattern"),
        ({"source": "env:"}, "source", "pattern"),
        ({"source": "env:A B"}, "source", "pattern"),
        ({"source": "env:SECRETS_KEYS"}, "source", "pattern"),
        ({"source": "env:DATABASE_URL"}, "source", "pattern"),
        ({"source": "env:PGPASSWORD"}, "source", "pattern"),
        ({"source": "file:key"}, "source", "pattern"),
        ({"source": "file:/proc/self/environ"}, "source", "pattern"),
        ({"source": "file:/run/../proc/1/environ"}, "source", "pattern"),
        ({"source": "file:/dev/zero"}, "source", "pattern"),
        ({"source": "env:STRIPE_KEY"}, "value", "conflict"),
        ({"value": ""}, "value", "minLength"),
        ({"value": None}, "value", "type"),
        ({"value": "x" * 65537}, "value", "maxLength"),
        ({"other": 1}, "other", "unknown_field"),
    ],
)
def test_what_cannot_be_one_is_refused_at_its_field(
    admin: Caller, change: dict[str, Any], attr: str, code: str
) -> None:
    assert refused(admin.post("secrets/", STRIPE | change)) == (400, [(attr, code)])
    assert not SharedSecret.objects.exists()


def test_a_source_of_values_needs_one(admin: Caller) -> None:
    without = {key: value for key, value in STRIPE.items() if key != "value"}
    assert refused(admin.post("secrets/", without)) == (400, [("value", "required")])
    admin.post("secrets/", without | {"source": "env:STRIPE_KEY"})
    assert refused(patch(admin, {"source": "value"})) == (400, [("value", "required")])
    assert patch(admin, {"source": "value", "value": "x"}).status_code == 200


def test_a_value_goes_when_it_is_read_from_elsewhere(admin: Caller) -> None:
    admin.post("secrets/", STRIPE)
    assert patch(admin, {"source": "file:/run/secrets/stripe"}).json()["source"] == "file:/run/secrets/stripe"
    assert SharedSecret.objects.get().secrets is None


def test_a_name_is_given_once_and_an_unknown_one_is_404(admin: Caller) -> None:
    admin.post("secrets/", STRIPE)
    assert refused(admin.post("secrets/", STRIPE)) == (409, [("name", "secret_exists")])
    for answer in (
        admin.get("secrets/mail/"),
        patch(admin, {"hosts": None}, "mail"),
        admin.get("secrets/%00/"),
    ):
        assert answer.status_code == 404


def test_without_a_key_no_value_is_taken(admin: Caller, settings: Any) -> None:
    settings.SECRETS_KEYS = []
    assert refused(admin.post("secrets/", STRIPE)) == (409, [(None, "NO_SECRETS_KEY")])


def test_it_says_which_templates_use_it_and_stays_while_they_do(admin: Caller) -> None:
    admin.post("secrets/", STRIPE)
    store(referring())
    assert admin.get("secrets/stripe/").json()["used_by"] == [OTP]
    answer = admin.send("DELETE", "secrets/stripe/")
    assert refused(answer) == (409, [(None, "in_use")])
    assert OTP in answer.json()["errors"][0]["detail"]
    assert refused(patch(admin, {"job_types": ["billing_*"]})) == (409, [("job_types", "in_use")])
    assert patch(admin, {"job_types": [OTP], "hosts": ["a.example"]}).json()["hosts"] == ["a.example"]
    store(document(payload={}, payload_schema={}))
    assert admin.get("secrets/").json()["results"][0]["used_by"] == []
    assert admin.send("DELETE", "secrets/stripe/").status_code == 204


@pytest.mark.parametrize(
    ("name", "job_types", "code"),
    [("stripe", ["billing_*"], "secret_not_for_type"), ("stripes", ["otp_*"], "unknown_secret")],
)
def test_a_template_may_only_refer_to_what_is_for_its_type(
    admin: Caller, name: str, job_types: list[str], code: str
) -> None:
    admin.post("secrets/", STRIPE | {"job_types": job_types})
    at = "payload_schema.key.secretRef"
    assert refused(admin.post("templates/", referring(name))) == (400, [(at, code)])
    assert refused(admin.post("templates/import/", {OTP: referring(name)})) == (400, [(f"{OTP}.{at}", code)])
    shown = admin.post("template-preview/", {"document": referring(name)}).json()
    assert [(one["attr"], one["code"]) for one in shown["problems"]] == [(at, code)]


@pytest.mark.parametrize(("hosts", "codes"), [(None, ["DEFAULT_SECRET_UNBOUND"]), (["a.example"], [])])
def test_an_author_is_warned_of_one_that_could_be_sent_anywhere(
    admin: Caller, hosts: list[str] | None, codes: list[str]
) -> None:
    admin.post("secrets/", STRIPE | {"hosts": hosts})
    shown = admin.post("templates/", referring()).json()["meta"]["warnings"]
    assert [one["code"] for one in shown] == codes
    assert [one["attr"] for one in shown] == ["payload_schema.key.secretRef"] * len(codes)
    found = admin.post("templates/import/", {OTP: referring()}).json()["warnings"]
    assert [one["code"] for one in found] == codes


@pytest.mark.parametrize("url", [{}, {"readOnly": True, "default": "https://api.example.org/"}])
@pytest.mark.parametrize("hosts", [None, ["api.example.org"]])
def test_an_author_is_warned_of_a_read_only_one_beside_an_address_that_others_choose(
    admin: Caller, hosts: list[str] | None, url: dict[str, Any]
) -> None:
    admin.post("secrets/", STRIPE | {"hosts": hosts})
    fields = {
        "url": {"type": "url", **url},
        "key": {"type": "secret", "secretRef": "stripe", "readOnly": True},
    }
    found = admin.post("templates/", referring() | {"payload_schema": fields}).json()["meta"]["warnings"]
    assert [one["code"] for one in found] == ([] if hosts or url else ["DEFAULT_SECRET_UNBOUND"])
    assert all("Whoever runs a job chooses" in one["detail"] for one in found)


def test_who_may_not_have_a_secret_is_not_told_its_name(admin: Caller) -> None:
    admin.post("secrets/", STRIPE | {"job_types": ["billing_*"]})
    (problem,) = admin.post("templates/", referring("stripes")).json()["errors"]
    assert "stripe?" not in str(problem)
    patch(admin, {"job_types": ["*"]})
    (problem,) = Caller(Role.EDITOR).post("templates/", referring("stripes")).json()["errors"]
    assert problem["remedy"] == "Did you mean stripe?"

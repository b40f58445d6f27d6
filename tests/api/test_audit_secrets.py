"""No secret value, password or token is in the audit trail, whatever was done with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from accounts.models import AuditEntry
from accounts.roles import Role
from tests.api.caller import Caller
from tests.api.factor_steps import Person, quick_hashes
from tests.factories import document

pytestmark = pytest.mark.django_db
NAME = "trial_job"
CANARY = "s3cret-canary"
SECRET_FIELD = {"api_key": {"type": "secret"}}


@pytest.fixture
def admin(settings: Any) -> Caller:
    quick_hashes(settings)
    return Caller(Role.ADMIN)


def stored() -> str:
    """All that the tables of the trail and of events have."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT to_jsonb(row)::text FROM accounts_audit AS row
            UNION ALL SELECT to_jsonb(event)::text FROM jobs_event AS event"""
        )
        return "\n".join(text for (text,) in cursor.fetchall())


def template(number: int, **keys: Any) -> dict[str, Any]:
    payload = {"api_key": f"{CANARY}-{number}"}
    return document(NAME, payload_schema=SECRET_FIELD, payload=payload, **keys)


def test_templates_series_and_jobs(admin: Caller, write_handler: Callable[..., None]) -> None:
    write_handler(NAME, "return 1")
    for method, path, body in (
        ("POST", "templates/", template(1)),
        ("PUT", f"templates/{NAME}/", template(2, label="two")),
        ("PATCH", f"templates/{NAME}/", {"payload": {"api_key": f"{CANARY}-3"}}),
        ("POST", "templates/import/", {NAME: template(4)}),
        ("POST", "jobs/", {"job_type": NAME, "payload": {"api_key": f"{CANARY}-5"}}),
        ("POST", "series/", {"job_type": NAME, "every_seconds": 60, "payload": {"api_key": f"{CANARY}-6"}}),
        ("POST", f"templates/{NAME}/rollback/", {"version": 1}),
    ):
        answer = admin.send(method, path, body)
        assert answer.status_code < 300, answer.content
    series = admin.get("series/").json()["results"][0]["id"]
    changed = admin.send("PATCH", f"series/{series}/", {"payload": {"api_key": f"{CANARY}-7"}})
    assert changed.status_code == 200, changed.content
    admin.send("DELETE", f"series/{series}/")
    admin.send("DELETE", f"templates/{NAME}/")
    assert CANARY not in stored()
    assert "$encrypted$" in stored()


def test_a_changed_secret_is_named_by_its_place(admin: Caller) -> None:
    admin.post("templates/", template(1))
    admin.send("PUT", f"templates/{NAME}/", template(2))
    entry = AuditEntry.objects.get(action="template_updated")
    assert (entry.before, entry.after) == ({"version": 1}, {"version": 2, "changed_secrets": ["api_key"]})


def test_people_and_shared_secrets(admin: Caller) -> None:
    password = f"{CANARY}-password"
    admin.post("users/", {"name": "ben", "password": password})
    admin.send("PATCH", "users/ben/", {"password": f"{password}-2"})
    token = admin.post("tokens/", {"name": "ci"}).json()["token"]
    link = admin.post("users/ben/reset/").json()["url"].rstrip("/").rpartition("/")[2]
    admin.post("secrets/", {"name": "one", "job_types": ["*"], "source": "value", "value": CANARY})
    admin.send("PATCH", "secrets/one/", {"value": f"{CANARY}-next"})
    Caller(None).post("session/", {"username": "ben", "password": f"{CANARY}-wrong"})
    text = stored()
    assert "sign_in_failed" in text
    for secret in (CANARY, token, link):
        assert secret not in text


def test_second_factors(admin: Caller) -> None:
    ann = Person("ann")
    secret, codes = ann.set_up_totp()
    text = stored()
    assert "totp_added" in text
    for one in (secret, *codes):
        assert one not in text

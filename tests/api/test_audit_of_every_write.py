"""Each write route of the API leaves an audit entry or a job event that says who, by which door, from where."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry, User
from accounts.roles import Role
from accounts.services.tokens import issue_token
from jobs.models import JobEvent
from tests.api.audited_writes import NEW_JOB, NO_CHANGES, WRITES
from tests.api.factor_steps import Person, quick_hashes, set_clock
from tests.api.routes import api_routes
from tests.factories import template

pytestmark = pytest.mark.django_db
HERE = "192.0.2.77"


@pytest.fixture
def root(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Person:
    quick_hashes(settings)
    set_clock(monkeypatch, 0)
    person = Person("root", Role.ADMIN)
    person.sign_in()
    return person


def traces() -> set[tuple[str, str | None, str | None]]:
    """(actor, door, address) of what came from HERE."""
    entries = AuditEntry.objects.filter(address=HERE).values_list("actor", "via", "address")
    events = JobEvent.objects.filter(address=HERE).values_list("actor", "via", "address")
    return {*entries, *events}


def test_no_route_is_forgotten() -> None:
    writes = {f"{method} {route}" for method, route in api_routes() if method != "GET"}
    assert writes - set(WRITES) - NO_CHANGES == set(), "say in audited_writes.py how it is used with success"
    assert {*WRITES, *NO_CHANGES} - writes == set()
    assert not NO_CHANGES & set(WRITES)


@pytest.mark.parametrize("route", WRITES)
def test_it_leaves_a_trace(root: Person, route: str) -> None:
    method, path, body = WRITES[route](root)
    assert traces() == set()
    answer = root.client.generic(
        method,
        f"/api/v1/{path}",
        json.dumps(body) if body is not None else "",
        "application/json",
        REMOTE_ADDR=HERE,
    )
    assert 200 <= answer.status_code < 300, answer.content
    assert traces() == {("root", "ui", HERE)}


def test_a_request_with_a_token_comes_by_the_api_on_behalf_of_that_token() -> None:
    template()
    user = Person("ann", Role.ADMIN).account
    token, plain = issue_token(user=user, name="ci")
    client = Client(headers={"Authorization": f"Token {plain}"}, REMOTE_ADDR=HERE)
    assert client.post("/api/v1/groups/", {"name": "ops"}, "application/json").status_code == 201
    entry = AuditEntry.objects.get(action="group_created")
    assert (entry.actor, entry.via, entry.address, entry.on_behalf_of) == (
        "ann",
        "api",
        HERE,
        f"token:{token.pk}",
    )
    assert client.post("/api/v1/jobs/", NEW_JOB, "application/json").status_code == 201
    event = JobEvent.objects.get(kind="job_created")
    assert (event.actor, event.via, event.address) == ("ann", "api", HERE)


def test_a_user_from_a_stale_cache_is_told_apart_by_the_address_all_the_same() -> None:
    """The second try, with the user loaded again, comes from the same address."""
    template()
    user = Person("ann", Role.ADMIN).account
    _, plain = issue_token(user=user, name="ci")
    client = Client(headers={"Authorization": f"Token {plain}"}, REMOTE_ADDR=HERE)
    assert client.post("/api/v1/jobs/", NEW_JOB, "application/json").status_code == 201
    User.objects.filter(pk=user.pk).update(rights_version=5)
    assert client.post("/api/v1/jobs/", NEW_JOB, "application/json").status_code == 201
    assert set(JobEvent.objects.values_list("via", "address")) == {("api", HERE)}


def test_a_sign_out_in_the_admin_is_recorded(root: Person) -> None:
    root.client.post("/admin/logout/", REMOTE_ADDR=HERE)
    entry = AuditEntry.objects.get(action="signed_out")
    assert (entry.actor, entry.via, entry.address) == ("root", "admin", HERE)


def test_the_admin_is_a_door_of_its_own(root: Person) -> None:
    form = {"name": "ops", "members": [], "_save": "Save"}
    assert root.client.post("/admin/restjob_accounts/group/add/", form, REMOTE_ADDR=HERE).status_code == 302
    entry = AuditEntry.objects.get(action="group_created")
    assert (entry.actor, entry.via, entry.address) == ("root", "admin", HERE)

"""Who may open the addresses outside of the REST routes: each pattern of the resolver against nobody and every role.

An address that is missing from LOWEST fails the test.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth import get_user
from django.urls import URLPattern, get_resolver

from accounts import audit
from accounts.models import AuditEntry, User
from accounts.roles import SYSTEM, Role
from accounts.services.grants import create_grant
from accounts.services.groups import create_group
from accounts.services.tokens import issue_token
from accounts.services.users import create_user
from jobs.services.series_editing import create_series
from tests import factories
from tests.api.caller import Caller
from tests.api.everything import everything
from tests.api.routes import PREFIX, list_patterns

pytestmark = pytest.mark.django_db
ANYBODY, NOBODY = "anybody", "nobody"
STAFF = Role.OPERATOR  # the lowest role that may sign in to Django's admin
# Pages of a model in the admin: the lowest role for the list, a page and its history; to add; and to delete.
MODELS: dict[str, tuple[str, str, str]] = {
    "restjob_accounts/user": (Role.ADMIN, Role.ADMIN, NOBODY),
    "restjob_accounts/group": (Role.ADMIN, Role.ADMIN, Role.ADMIN),
    "restjob_accounts/storedgrant": (Role.ADMIN, Role.ADMIN, Role.ADMIN),
    "restjob_accounts/apitoken": (Role.ADMIN, NOBODY, Role.ADMIN),
    "restjob_accounts/auditentry": (Role.ADMIN, NOBODY, NOBODY),
    "restjob_jobs/job": (STAFF, STAFF, NOBODY),
    "restjob_jobs/series": (STAFF, NOBODY, NOBODY),
    "templates_app/jobtemplate": (STAFF, Role.EDITOR, Role.EDITOR),
}
OTHERS: dict[str, str] = {
    "sign-in/<str:token>/": ANYBODY,
    "reset-password/<str:token>/": ANYBODY,
    # 404 without a provider.
    "sign-in/oidc/": ANYBODY,
    "sign-in/oidc/callback/": ANYBODY,
    "sign-in/oidc/backchannel-logout/": ANYBODY,
    "metrics": Role.ADMIN,
    "api/schema/": Role.VIEWER,
    "api/docs/": Role.VIEWER,
    "favicon.ico": ANYBODY,
    "admin/": STAFF,
    "admin/login/": ANYBODY,
    "admin/logout/": ANYBODY,
    "admin/password_change/": STAFF,
    "admin/password_change/done/": STAFF,
    "admin/jsi18n/": STAFF,
    "admin/^(?P<app_label>": STAFF,
    "admin/templates_app/jobtemplate/import/": Role.EDITOR,
    "admin/templates_app/jobtemplate/export/": STAFF,
}
# Would delete, add or change something on each page.
FORM = {
    "post": "yes",
    "action": "delete_selected",
    "username": "mallory",
    "name": "mallory",
    "role": "admin",
    "is_active": "on",
    "new_password": "correct-horse-battery",
    "job_types": "*",
    "rights": "run",
}
# Not asked: what only redirects, answers 404, or serves the UI's page, which asks the API for everything; health has
# tests of its own, as it leaves threads.
PASSED_OVER = (
    "health/", "admin/autocomplete/", "admin/r/", "admin/(?P<url>.*)$", "^",
    "admin/templates_app/jobtemplate/<str:job_type>/rollback",
)  # fmt: skip


def model_pages() -> Iterator[tuple[str, str]]:
    for model, (view, add, delete) in MODELS.items():
        yield f"admin/{model}/", view
        yield f"admin/{model}/add/", add
        yield f"admin/{model}/<path:object_id>/history/", view
        yield f"admin/{model}/<path:object_id>/delete/", delete
        yield f"admin/{model}/<path:object_id>/change/", view


LOWEST = dict(model_pages()) | OTHERS


def asked() -> list[str]:
    found = []
    for path, pattern in list_patterns(list(get_resolver().url_patterns)):
        is_page = not path.startswith((PREFIX, *PASSED_OVER)) and not re.search("<path:object_id>/$", path)
        if is_page and isinstance(pattern, URLPattern):
            found.append("admin/^(?P<app_label>" if path.startswith("admin/^(?P<app_label>") else path)
    return found


def test_every_address_has_an_entry() -> None:
    assert sorted(LOWEST) == sorted(asked())


@pytest.fixture
def objects(db: None) -> dict[str, Any]:
    """An object of each model, by the model's part of the address."""
    factories.template()
    user = create_user(name="somebody", role=Role.VIEWER)
    token, _ = issue_token(user=user, name="ci")
    grant = create_grant(user="somebody", job_types=["*"], rights=["see"], by=SYSTEM)
    audit.record(SYSTEM, "tested", "this")
    return {
        "restjob_accounts/user": user.pk,
        "restjob_accounts/group": create_group(name="ops", by=SYSTEM).pk,
        "restjob_accounts/storedgrant": grant.pk,
        "restjob_accounts/apitoken": token.pk,
        "restjob_accounts/auditentry": AuditEntry.objects.latest("pk").pk,
        "restjob_jobs/job": factories.scheduled(),
        "restjob_jobs/series": create_series(
            job_type=factories.OTP, fields={"every_seconds": 60}, actor=SYSTEM
        ),
        "templates_app/jobtemplate": factories.OTP,
    }


def address_of(pattern: str, objects: dict[str, Any]) -> str:
    if pattern == "admin/^(?P<app_label>":
        return "/admin/restjob_jobs/"
    for model, key in objects.items():
        if f"/{model}/" in pattern:
            pattern = pattern.replace("<path:object_id>", str(key))
    return "/" + pattern.replace("<str:token>", uuid.uuid4().hex)


def is_opened(caller: Caller, address: str, method: str = "GET") -> bool:
    form = urlencode(FORM).encode() if method != "GET" else b""
    answer = caller.client.generic(method, address, form, content_type="application/x-www-form-urlencoded")
    assert answer.status_code < 500, (method, address)
    to_sign_in = answer.status_code == 302 and "/login/" in answer.headers["Location"]
    has_no_such_method = method != "GET" and answer.status_code == 405
    return not to_sign_in and not has_no_such_method and answer.status_code not in {401, 403}


@pytest.mark.parametrize("role", [None, *Role])
def test_who_may_open_it(role: Role | None, objects: dict[str, Any]) -> None:
    caller = Caller(role)
    opened = set()
    for pattern in LOWEST:
        sign_in_again(caller)
        if is_opened(caller, address_of(pattern, objects)):
            opened.add(pattern)
    assert opened == {pattern for pattern, lowest in LOWEST.items() if lowest in those_of(role)}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("role", [None, *Role])
def test_whoever_may_not_open_it_changes_nothing_there_either(
    role: Role | None, method: str, objects: dict[str, Any]
) -> None:
    caller = Caller(role)
    closed = [pattern for pattern, lowest in LOWEST.items() if lowest not in those_of(role)]
    assert closed
    before = everything()
    assert [one for one in closed if is_opened(caller, address_of(one, objects), method)] == []
    assert everything() == before


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_no_method_is_a_fault_to_who_may_do_everything(method: str, objects: dict[str, Any]) -> None:
    caller = Caller(Role.ADMIN)
    for pattern in LOWEST:
        sign_in_again(caller)
        is_opened(caller, address_of(pattern, objects), method)


def those_of(role: Role | None) -> set[str]:
    return {ANYBODY, *(list(Role)[: list(Role).index(role) + 1] if role else ())}


def sign_in_again(caller: Caller) -> None:
    """If the address before signed out."""
    if caller.user is not None and get_user(_request(caller)) != caller.user:
        caller.client.force_login(caller.user)


def _request(caller: Caller) -> Any:
    class Request:
        session = caller.client.session

    return Request()


def test_a_user_who_was_switched_off_opens_nothing(objects: dict[str, Any]) -> None:
    caller = Caller(Role.ADMIN)
    User.objects.filter(username="admin-person").update(is_active=False)
    closed = {pattern for pattern, lowest in LOWEST.items() if lowest != ANYBODY}
    assert {pattern for pattern in closed if is_opened(caller, address_of(pattern, objects))} == set()

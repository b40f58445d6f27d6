"""Whatever an address or a body says: never a fault of the server, and never more than was asked for."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from accounts.roles import Role
from jobs.models import Job, Series
from tests.api.caller import Caller, problems, refused
from tests.api.everything import everything
from tests.api.people import group_and_grant
from tests.api.routes import api_routes, declared, documented_body, filled
from tests.api.shaped_bodies import bodies, texts, values, written
from tests.api.test_client_errors import TAKES_A_BODY
from tests.factories import document, recurring, running, store
from tests.jobs_fixtures import clear_table_caches

pytestmark = pytest.mark.django_db
# The fixtures hold what is only read, or is unchanged by all that is refused.
shared = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
READ = [route for method, route in api_routes() if method == "GET"]

names = st.sampled_from(
    ["state", "job_type", "search", "page_size", "cursor", "before", "after", "wait", "limit", "force"]
)
words = st.sampled_from(
    ["", " ", "0", "1", "-1", "true", "null", "9" * 30, "\0", "%", "a,b", "../x", "é", "\ud7ff"]
)
pairs = st.lists(st.tuples(names | texts, words | texts), max_size=4)
# Store nothing, whatever is asked.
ONLY_TELL = {"series/preview/", "template-preview/", "templates/{job_type}/validate/"}


@pytest.fixture(autouse=True)
def _quick_hashes(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def admin(db: None) -> Caller:
    store(document(), recurring("forgot_password_job"))
    return Caller(Role.ADMIN)


@pytest.fixture
def ids(admin: Caller) -> dict[str, Any]:
    return {
        "job_id": running().job_id,
        "series_id": Series.objects.get().pk,
        "username": "admin-person",
        **group_and_grant(),
        "job_type": "otp_send_job",
    }


@pytest.mark.parametrize("route", READ)
@shared
@given(query=pairs)
def test_any_query_is_refused_or_answered_with_no_more_than_it_asks_for(
    admin: Caller, ids: dict[str, Any], route: str, query: list[tuple[str, str]]
) -> None:
    # A wait would be one, and nothing else.
    query = [(name, "0" if name == "wait" else value) for name, value in query]
    answer = admin.client.get(f"/api/v1/{filled(route, **ids)}?{urlencode(query)}")
    assert answer.status_code < 500
    known = declared("GET", route).keys() | {"format"}
    if any(name not in known for name, _ in query) and answer.status_code not in {404, 406}:
        assert answer.status_code == 400
    if answer.status_code == 400:
        assert refused(answer)
    if answer.status_code == 200 and route == "jobs/" and (states := [v for n, v in query if n == "state"]):
        assert all(job["state"] in states for job in answer.json()["results"])


@pytest.mark.parametrize(("method", "route"), TAKES_A_BODY)
@shared
@given(data=st.data())
def test_any_body_is_refused_or_does_no_more_than_it_asks_for(
    admin: Caller, ids: dict[str, Any], method: str, route: str, data: st.DataObject
) -> None:
    body = data.draw(bodies(documented_body(method, route)))
    before, jobs = everything(), Job.objects.count()
    with transaction.atomic():
        answer = admin.send_raw(method, filled(route, **ids), written(body))
        assert answer.status_code < 500, answer.content
        if answer.status_code >= 400:
            assert problems(answer)
        if answer.status_code >= 400 or route in ONLY_TELL or asks_only(body):
            assert everything() == before
        else:
            assert Job.objects.count() - jobs <= most_new_jobs(route, body)
            if answer.status_code != 204:
                assert_as_asked(route, body, answer.json())
        transaction.set_rollback(True)
    clear_table_caches()


def asks_only(body: Any) -> bool:
    return isinstance(body, dict) and body.get("dry_run") is True


def most_new_jobs(route: str, body: Any) -> int:
    if route == "jobs/bulk/":
        return len(body["jobs"])
    if route == "jobs/rerun/":
        return len(body["ids"]) if "ids" in body else Job.objects.count()
    # One that was asked for, or the first of each series or system template.
    return max(1, len(body)) if route == "templates/import/" else 1


def assert_as_asked(route: str, body: Any, told: Any) -> None:
    """What is asked for in whole numbers is told as such; templates are kept as their authors wrote them."""
    if route.startswith("templates/"):
        return
    for name in ("priority", "every_seconds", "max_runs", "completion_percentage"):
        if isinstance(told, dict) and body.get(name) is not None and name in told:
            assert (told[name], type(told[name])) == (body[name], int)


def doubled(body: dict[str, Any], key: str, one: Any, other: Any) -> bytes:
    """The object with that key twice, somewhere among the others."""
    members = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in body.items() if name != key]
    members.insert(len(members) // 2, f"{json.dumps(key)}: {json.dumps(one)}")
    return ("{" + ", ".join([*members, f"{json.dumps(key)}: {json.dumps(other)}"]) + "}").encode()


@pytest.mark.parametrize(("method", "route"), TAKES_A_BODY)
@shared
@given(
    body=st.dictionaries(texts, values, max_size=3),
    key=st.sampled_from(["job_type", "filter", "payload", "type", "name", "x"]) | texts,
    one=values,
    other=values,
    below=st.sampled_from(["", "payload", "filter", "document"]),
)
def test_a_key_that_stands_twice_is_refused_and_nothing_is_done(
    admin: Caller,
    ids: dict[str, Any],
    method: str,
    route: str,
    body: dict[str, Any],
    key: str,
    one: Any,
    other: Any,
    below: str,
) -> None:
    assume("\0" not in json.dumps([body, key, one, other]).replace("\\u0000", "\0"))
    inner = doubled(body, key, one, other)
    raw = b'{"%s": %s}' % (below.encode(), inner) if below else inner
    before = everything()
    answer = admin.send_raw(method, filled(route, **ids), raw)
    assert answer.status_code == 400
    assert ((f"{below}.{key}" if below else key)[:200], "duplicate_key") in problems(answer)
    assert everything() == before

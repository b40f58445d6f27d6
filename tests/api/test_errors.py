"""What any client can send: refused with 4xx in the one error shape, never a 5xx."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import InterfaceError, OperationalError
from django.test import Client

from accounts.roles import Role
from jobs.api import creating
from jobs.api.jobs import JobsView
from tests.api.caller import V1, Caller, problems, refused
from tests.api.routes import api_routes, filled
from tests.factories import OTP, running, template

pytestmark = pytest.mark.django_db
# Read no body: what is sent to them does not matter.
WITHOUT_A_BODY = {
    "jobs/{job_id}/terminate/",
    "series/{series_id}/pause/",
    "series/{series_id}/resume/",
    "series/{series_id}/run_now/",
    "ws-tickets/",
}
TAKES_A_BODY = [
    (method, route)
    for method, route in api_routes()
    if method in {"POST", "PUT", "PATCH"} and route not in WITHOUT_A_BODY
]
Send = Callable[..., Any]
with_body = pytest.mark.parametrize(("method", "route"), TAKES_A_BODY)


@pytest.fixture
def admin(db: None) -> Caller:
    return Caller(Role.ADMIN)


@pytest.fixture
def send(admin: Caller) -> Send:
    """Sends to addresses whose things exist, so that it is the body that is judged."""
    ids = {"job_id": running().job_id, "username": "admin-person"}

    def send_raw(method: str, route: str, raw: bytes, **more: Any) -> Any:
        return admin.send_raw(method, filled(route, **ids), raw, **more)

    return send_raw


UNUSABLE = {
    "cut off": b"{",
    "a comma too many": b'{"a":1,}',
    "no number": b"NaN",
    "no number inside": b'{"a": Infinity}',
    "no utf-8": b"\xff\xfe",
    "an encoded surrogate": b'{"a": "\xed\xa0\x80"}',
    "a nul": b'{"a": "\\u0000"}',
    "a nul in a key": b'{"\\u0000": 1}',
    "half a surrogate pair": b'{"a": "\\ud800"}',
    "a raw nul": b'{"a": "x\x00y"}',
    "nothing but a nul": b"\x00",
    "thousands of digits": b"9" * 5000,
    "a hundred thousand levels": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "one level too many": b"[" * 33 + b"]" * 33,
    "a byte order mark": b"\xef\xbb\xbf{}",
}


@with_body
def test_a_body_that_is_no_usable_json_is_400(send: Send, method: str, route: str) -> None:
    answers = {what: refused(send(method, route, raw)) for what, raw in UNUSABLE.items()}
    assert answers == dict.fromkeys(UNUSABLE, (400, [(None, "parse_error")]))


@with_body
def test_a_body_that_is_no_object_is_400(send: Send, method: str, route: str) -> None:
    for raw in (b"[]", b"7", b'"x"', b"null", b"true", b"1e999"):
        answer = send(method, route, raw)
        assert (answer.status_code, bool(problems(answer))) == (400, True), raw


@with_body
def test_a_body_over_the_limit_is_413(send: Send, method: str, route: str) -> None:
    limit = 16 * 2**20 if route in {"jobs/bulk/", "templates/import/"} else 2**20
    assert refused(send(method, route, b" " * (limit + 1))) == (413, [(None, "too_large")])


@with_body
def test_a_body_at_the_limit_is_read(send: Send, method: str, route: str) -> None:
    assert send(method, route, b"{}" + b" " * (2**20 - 2)).status_code not in {413, 500}


@with_body
def test_another_content_type_is_415(send: Send, method: str, route: str) -> None:
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"):
        answer = send(method, route, b"a=1", content_type=kind)
        assert refused(answer) == (415, [(None, "unsupported_media_type")]), kind


@pytest.mark.parametrize("where", ["key", "value"])
def test_payloads_of_many_values_are_400_and_not_a_crash(admin: Caller, where: str) -> None:
    template(payload_schema={"anything": None}, payload={})
    inner = b",".join(b'"k%d":1' % n for n in range(20_000)) if where == "key" else b""
    value = b"{" + inner + b"}" if where == "key" else b"[" + b"1," * 20_000 + b"1]"
    raw = b'{"job_type":"%s","payload":{"anything":%s}}' % (OTP.encode(), value)
    assert refused(admin.send_raw("POST", "jobs/", raw)) == (400, [("payload", "too_large")])


@pytest.mark.parametrize("depth", [29, 33])
def test_payloads_are_as_deep_as_the_body_may_be(admin: Caller, depth: int) -> None:
    template(payload_schema={"anything": None}, payload={})
    value = "[" * depth + "]" * depth
    raw = f'{{"job_type":"{OTP}","payload":{{"anything":{value}}}}}'.encode()
    assert admin.send_raw("POST", "jobs/", raw).status_code == (201 if depth < 30 else 400)


@pytest.mark.parametrize("path", ["nothing/", "jobs/x/y/", "jobs", "templates/a/b/c/", "%00/"])
def test_an_address_that_is_none_is_404_in_the_same_shape(nobody: Caller, path: str) -> None:
    answer = nobody.client.get(f"{V1}{path}", follow=True)
    assert answer.status_code in {401, 404}
    assert problems(answer)


@pytest.mark.parametrize(("method", "route"), [("DELETE", "jobs/"), ("GET", "jobs/bulk/"), ("PUT", "jobs/")])
def test_a_method_that_is_not_offered_is_405(admin: Caller, method: str, route: str) -> None:
    answer = admin.send(method, route)
    assert refused(answer) == (405, [(None, "method_not_allowed")])
    assert answer["Allow"]


def test_an_answer_of_another_kind_is_not_offered(admin: Caller) -> None:
    answer = admin.get("jobs/", Accept="application/xml")
    assert refused(answer) == (406, [(None, "not_acceptable")])


def test_a_session_without_the_csrf_header_changes_nothing(admin: Caller) -> None:
    template()
    browser = Client(enforce_csrf_checks=True)
    assert admin.user is not None
    browser.force_login(admin.user)
    answer = browser.post(f"{V1}jobs/", {"job_type": OTP}, content_type="application/json")
    assert answer.status_code == 403
    assert problems(answer)


@pytest.mark.parametrize("failure", [OperationalError("connection refused"), InterfaceError("closed")])
def test_without_its_database_it_answers_503_and_when_to_try_again(
    admin: Caller, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    def away(*_: object, **__: object) -> None:
        raise failure

    template()
    with monkeypatch.context() as patch:
        patch.setattr(creating, "submit_job", away)
        created = admin.post("jobs/", {"job_type": OTP})
    with monkeypatch.context() as patch:
        patch.setattr(SessionStore, "load", away)
        signed_in = admin.get("jobs/")
    for answer in (created, signed_in):
        assert refused(answer) == (503, [(None, "database_unavailable")])
        assert answer.json()["type"] == "server_error"
        assert int(answer["Retry-After"]) > 0


def test_a_fault_of_ours_is_500_in_the_same_shape_and_tells_nothing(
    admin: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the secret inside")

    monkeypatch.setattr(JobsView, "get", broken)
    answer = admin.get("jobs/")
    assert refused(answer) == (500, [(None, "internal_error")])
    assert b"secret" not in answer.content

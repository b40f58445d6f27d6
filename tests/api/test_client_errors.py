"""What any client can send: refused with 4xx in the one error shape, never a 5xx."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.services.tokens import issue_token
from jobs.models import Series
from tests.api.caller import V1, Caller, problems, refused
from tests.api.caller import admin as admin
from tests.api.everything import everything
from tests.api.people import group_and_grant
from tests.api.routes import api_routes, filled
from tests.factories import OTP, recurring, running, store, template

pytestmark = pytest.mark.django_db
# Take no body.
WITHOUT_A_BODY = {
    "jobs/{job_id}/terminate/",
    "operations/{operation_id}/cancel/",
    "series/{series_id}/resume/",
    "series/{series_id}/run_now/",
    "users/{username}/reset/",
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
def send(admin: Caller) -> Send:
    """Sends to addresses of existing things, so that the answer depends on the body."""
    store(recurring("forgot_password_job"))
    ids = {"job_id": running().job_id, "username": "admin-person", "series_id": Series.objects.get().pk}
    ids |= group_and_grant()

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


@with_body
def test_a_compressed_body_or_another_charset_is_415_and_named(send: Send, method: str, route: str) -> None:
    for named, kind in (("br", "application/json"), ("utf-16", "application/json; charset=utf-16")):
        encoding = {"Content_Encoding": "br"} if named == "br" else {}
        answer = send(method, route, b"{}", content_type=kind, **encoding)
        assert refused(answer) == (415, [(None, "unsupported_media_type")])
    assert send(method, route, b"{", content_type="application/json; charset=UTF-8").status_code == 400


@pytest.mark.parametrize("route", sorted(WITHOUT_A_BODY))
def test_a_body_that_nobody_reads_is_refused(send: Send, route: str) -> None:
    before = everything()
    assert refused(send("POST", route, b'{"until": "2030-01-01T00:00:00Z", "x": 1}')) == (
        400,
        [("until", "unknown_field"), ("x", "unknown_field")],
    )
    assert refused(send("POST", route, b'{"a": 1, "a": 2}')) == (400, [("a", "duplicate_key")])
    assert refused(send("POST", route, b"[1]")) == (400, [(None, "unknown_field")])
    assert refused(send("POST", route, b"{")) == (400, [(None, "parse_error")])
    assert everything() == before
    for raw in (b"", b" ", b"{}"):
        # There is no operation of that id; the others are there.
        assert send("POST", route, raw).status_code in (
            {404} if "operation_id" in route else {200, 201, 202, 409}
        )


FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
PART = b'--x\r\nContent-Disposition: form-data; name="until"%s\r\n\r\n1\r\n--x--\r\n'


@pytest.mark.parametrize("by", ["session", "token"])
def test_a_form_without_values_is_no_body(admin: Caller, by: str) -> None:
    with_token(admin, by)
    for raw, kind in ((b"", FORM), (b"", PARTS), (b"--x--\r\n", PARTS)):
        assert admin.send_raw("POST", "ws-tickets/", raw, content_type=kind).status_code == 201, raw


@pytest.mark.parametrize("by", ["session", "token"])
@pytest.mark.parametrize("route", sorted(WITHOUT_A_BODY))
def test_a_form_with_values_that_nobody_reads_is_refused(
    admin: Caller, send: Send, route: str, by: str
) -> None:
    with_token(admin, by)
    before = everything()
    for raw, kind in ((b"until=1", FORM), (PART % b"", PARTS), (PART % b'; filename="a"', PARTS)):
        answer = send("POST", route, raw, content_type=kind)
        assert refused(answer) == (415, [(None, "unsupported_media_type")]), raw
    assert everything() == before


def with_token(admin: Caller, by: str) -> None:
    """Programs are not looked at for a CSRF token, which reads a form before us."""
    if by == "token":
        assert admin.user is not None
        admin.client.logout()
        admin.client.defaults["HTTP_AUTHORIZATION"] = f"Token {issue_token(user=admin.user, name='x')[1]}"


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
    assert refused(nobody.client.get(f"{V1}{path}")) == (404, [(None, "not_found")])


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


@pytest.mark.parametrize(
    ("path", "headers", "words"),
    [
        ("/api/v1/jobs/", {"Host": "evil.example"}, "ALLOWED_HOSTS"),
        ("/admin/restjob_jobs/job/?payload__user_id=7", {}, "filter"),
    ],
)
def test_what_no_view_sees_is_400_with_what_to_do_and_one_line_in_the_log(
    admin: Caller, caplog: pytest.LogCaptureFixture, path: str, headers: dict[str, str], words: str
) -> None:
    browser = Client()
    assert admin.user is not None
    browser.force_login(admin.user)
    answer = browser.get(path, headers=headers)
    assert refused(answer) == (400, [(None, "bad_request")])
    [problem] = answer.json()["errors"]
    assert words in problem["detail"] + problem["remedy"]
    lines = [record for record in caplog.records if record.name.startswith("django.security")]
    assert [(line.levelname, line.exc_info) for line in lines] == [("WARNING", None)]

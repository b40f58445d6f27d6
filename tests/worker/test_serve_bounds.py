"""A web process, by ASGI and by WSGI, of which callers and servers want too much: others are answered all the while."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx
import psycopg
import pytest

from accounts.models import AuditEntry, SignInFailures
from accounts.roles import Role
from accounts.services.sign_in_limits import MAX_FAILURES
from accounts.services.tokens import issue_token
from accounts.services.users import create_user
from foundation.connections import MAX_CONNECTIONS
from tests.factories import OTP, scheduled, template
from tests.faults.proxy import Link, Proxies
from tests.support.web import Web, build_database_url, run_web

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]
kinds = pytest.mark.parametrize("arguments", [(), ("--wsgi",)], ids=["asgi", "wsgi"])
# A statement gets six seconds, a connection three, and this machine may be busy.
ANSWER_SECONDS = 20
PASSWORD = "correct-horse-battery"


@pytest.fixture
def token() -> str:
    template()
    user = create_user(name="ann", role=Role.OPERATOR, password=PASSWORD)
    return issue_token(user=user, name="test")[1]


@pytest.fixture
def link() -> Iterator[Link]:
    with Proxies() as proxies:
        yield proxies.link(build_database_url())


@pytest.fixture
def web(tmp_path, arguments, link, token) -> Iterator[Web]:
    with run_web(tmp_path, *arguments, DATABASE_URL=link.url) as web:
        yield web


@contextmanager
def at_once(number: int, work: Callable[[int], Any]) -> Iterator[list[Future[Any]]]:
    with ThreadPoolExecutor(number) as threads:
        yield [threads.submit(work, one) for one in range(number)]


def create(client: httpx.Client) -> httpx.Response:
    return client.post("/api/v1/jobs/", json={"job_type": OTP, "payload": {"user_id": 1}})


def refusal(answer: httpx.Response) -> tuple[int, bool]:
    """Its status, and whether it says when to come again."""
    return answer.status_code, int(answer.headers.get("Retry-After", 0)) >= 1


def sign_in(web: Web, name: str = "ann", password: str = PASSWORD, **headers: str) -> httpx.Response:
    with web.client() as client:
        client.get("/api/v1/session/")
        headers["X-CSRFToken"] = client.cookies["csrftoken"]
        body = {"username": name, "password": password}
        return client.post("/api/v1/session/", json=body, headers=headers)


@pytest.mark.long  # a web process under load, twice
@kinds
def test_sign_ins_hold_no_connections(web, token):
    with web.client(token, timeout=ANSWER_SECONDS) as quick:
        assert quick.get("/api/v1/jobs/").status_code == 200
        with at_once(MAX_CONNECTIONS + 10, lambda n: sign_in(web, f"stranger-{n}")) as sign_ins:
            answered = 0
            while not all(one.done() for one in sign_ins):
                assert quick.get("/api/v1/jobs/").status_code == 200
                answered += 1
        assert answered
        found = {refusal(one.result()) for one in sign_ins}
    assert (400, False) in found
    assert found <= {(400, False), (503, True)}
    tried = sum(one.result().status_code == 400 for one in sign_ins)
    by_name_and_address = SignInFailures.objects.exclude(username="").exclude(ip="*")
    assert by_name_and_address.count() == tried


@pytest.mark.long  # a web process under load, twice
@kinds
def test_a_locked_table_is_told_in_time(web, token):
    with web.client(token, timeout=ANSWER_SECONDS) as client:
        assert create(client).status_code == 201
        with psycopg.connect(build_database_url()) as other:
            other.execute("LOCK TABLE jobs_live IN ACCESS EXCLUSIVE MODE")
            with at_once(2 * MAX_CONNECTIONS, lambda _: create(client)) as created:
                assert refusal(client.get("/api/v1/jobs/")) == (503, True)
            assert {refusal(one.result()) for one in created} == {(503, True)}
            other.rollback()
        assert create(client).status_code == 201


@pytest.mark.long  # a web process under load, twice
@kinds
def test_a_server_that_says_nothing_is_told_in_time(web, token, link):
    with web.client(token, timeout=ANSWER_SECONDS) as client:
        assert create(client).status_code == 201
        link.set("stalls")
        with at_once(2 * MAX_CONNECTIONS, lambda _: create(client)) as created:
            assert refusal(client.get("/api/v1/jobs/")) == (503, True)
        assert {refusal(one.result()) for one in created} == {(503, True)}
        link.set("flows")
        while (answer := create(client)).status_code != 201:
            assert refusal(answer) == (503, True)


@pytest.mark.long  # until the waits are over
@kinds
def test_waits_of_one_token_leave_room(web, token):
    job_id = scheduled(start_in_seconds=3600)
    path = f"/api/v1/jobs/{job_id}/"
    begun = threading.Event()

    def wait(_):
        begun.set()
        return patient.get(path, params={"wait": 15})

    with (
        web.client(token) as patient,
        web.client(token, timeout=ANSWER_SECONDS) as quick,
        ExitStack() as stack,
    ):
        waits = stack.enter_context(at_once(150, wait))
        begun.wait()
        while not all(one.done() for one in waits):
            assert quick.get(path).status_code == 200
    found = {refusal(one.result()) for one in waits}
    assert found == {(200, False), (429, True)}


@kinds
def test_half_bodies_leave_room(web, token):
    half = b"POST /api/v1/session/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"
    with ExitStack() as stack:
        for _ in range(100):
            stack.enter_context(said(web, half))
        with web.client(token, timeout=ANSWER_SECONDS) as client:
            assert create(client).status_code == 201
            assert client.get("/api/v1/jobs/").status_code == 200


@kinds
def test_bodies_are_refused_before_they_are_read(web):
    for path, megabytes in (("session/", 1), ("jobs/bulk/", 16), ("templates/import/", 16)):
        with said(web, head(path, f"Content-Length: {megabytes * 2**20 + 1}")) as caller:
            assert status(caller) == 413
        with said(web, head(path, "Content-Length: 2") + b"{}") as caller:
            assert status(caller) in (401, 403)


@pytest.mark.parametrize("arguments", [()], ids=["asgi"])
def test_a_body_without_a_length_is_refused_when_it_is_too_large(web):
    with said(web, head("session/", "Transfer-Encoding: chunked")) as caller:
        caller.sendall((b"100000\r\n" + b"a" * 2**20 + b"\r\n") * 3)
        assert status(caller) == 413


@pytest.mark.parametrize("arguments", [()], ids=["asgi"])
def test_a_body_without_a_length_is_read_to_its_end(web, token):
    pieces = [b'{"job_type": "%s", ' % OTP.encode(), b'"payload": {"user_id": 77}}']
    with httpx.Client(base_url=web.url, headers={"Authorization": f"Token {token}"}) as client:
        made = client.post(
            "/api/v1/jobs/", content=iter(pieces), headers={"Content-Type": "application/json"}
        )
        assert (made.status_code, made.json()["payload"]["user_id"]) == (201, 77)
        again = client.post(
            f"/api/v1/jobs/{made.json()['job_id']}/rerun/",
            content=iter([b'{"payload": ', b'{"user_id": 78}}']),
            headers={"Content-Type": "application/json"},
        )
        assert (again.status_code, again.json()["payload"]["user_id"]) == (201, 78)


@pytest.mark.parametrize("arguments", [("--wsgi",)], ids=["wsgi"])
def test_under_wsgi_a_body_needs_a_length(web):
    with said(web, head("session/", "Transfer-Encoding: chunked") + b"2\r\n{}\r\n0\r\n\r\n") as caller:
        assert status(caller) == 411


@kinds
def test_a_head_that_is_too_large_is_refused(web):
    with said(web, head("jobs/", "X: " + "a" * 150_000)) as caller:
        assert status(caller) == 431


@pytest.mark.long  # a web process under load, twice
@kinds
def test_nobody_gets_past_the_sign_in_limit_by_naming_another_address(web):
    headers = [{"X-Forwarded-For": f"203.0.113.{one}, 198.51.100.7"} for one in range(MAX_FAILURES + 2)]
    answers = [sign_in(web, password="wrong", **one).status_code for one in headers]
    assert answers == [400] * MAX_FAILURES + [429] * 2
    assert {entry.address for entry in AuditEntry.objects.filter(action="locked_out")} == {"198.51.100.7"}


@contextmanager
def said(web: Web, *parts: bytes) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", web.port), timeout=ANSWER_SECONDS) as caller:
        for part in parts:
            caller.sendall(part)
        yield caller


def head(path: str, *headers: str) -> bytes:
    lines = [f"POST /api/v1/{path} HTTP/1.1", "Host: localhost", "Content-Type: application/json", *headers]
    return "\r\n".join([*lines, "", ""]).encode()


def status(caller: socket.socket) -> int:
    return int(caller.recv(65536).split(b" ", 2)[1])

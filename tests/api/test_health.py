"""What /health/live and /health/ready tell a probe, and what the database's failures make of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client

from accounts.models import ApiToken
from accounts.roles import Role
from accounts.services.tokens import issue_token
from accounts.services.users import create_user
from jobs.models import WorkerNode
from jobs.read.liveness import live_processes
from scheduler_project import health, health_monitor
from tests.api.caller import refused
from tests.factories import process
from tests.support.waiting import wait_for

LIVE, READY = "/health/live", "/health/ready"
committed = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _quick_monitor(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(health_monitor, "POLL_SECONDS", 0.05)
    yield
    health_monitor.monitor.stop()


@pytest.fixture
def token(db: None) -> str:
    return issue_token(user=create_user(name="probe", role=Role.VIEWER), name="probe")[1]


def ask(client: Client, token: str = "") -> tuple[int, dict[str, Any]]:
    answer = client.get(READY, headers={"Authorization": f"Token {token}"} if token else {})
    return answer.status_code, answer.json()


def test_live_needs_neither_login_nor_database(client: Client) -> None:
    # Without the database mark every query would fail this test.
    answer = client.get(LIVE)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@committed
@pytest.mark.parametrize("path", [LIVE, READY])
def test_a_probe_may_ask_with_head(client: Client, path: str) -> None:
    assert client.head(path).status_code == 200


@committed
@pytest.mark.parametrize("path", [LIVE, READY])
def test_a_probe_may_add_what_it_likes_to_the_address(client: Client, path: str) -> None:
    assert client.get(f"{path}?x=1&x=2&blank=").status_code == 200


@committed
@pytest.mark.parametrize("path", [LIVE, READY])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "PROPFIND"])
def test_a_probe_only_reads(path: str, method: str) -> None:
    answer = Client(enforce_csrf_checks=True).generic(method, path)
    assert refused(answer) == (405, [(None, "method_not_allowed")])
    assert {"GET", "HEAD", "OPTIONS"} == set(answer["Allow"].split(", "))
    assert Client().options(path).status_code == 200


@committed
def test_with_a_dispatcher_it_is_ready_and_a_stranger_is_told_nothing_more(
    client: Client, token: str
) -> None:
    process()
    assert ask(client) == (200, {"status": "ready"})
    assert ask(client, token) == (200, {"status": "ready", "problems": []})


@committed
def test_without_a_dispatcher_it_is_degraded_and_tells_who_is_signed_in_why(
    client: Client, token: str
) -> None:
    assert ask(client) == (200, {"status": "degraded"})
    status, body = ask(client, token)
    [problem] = body["problems"]
    assert (status, body["status"], problem["code"]) == (200, "degraded", "no_dispatcher")
    assert problem["detail"].startswith("No dispatcher is running: none has reported.")


@committed
def test_an_expired_token_costs_the_detail_and_not_the_readiness(client: Client, token: str) -> None:
    process()
    ApiToken.objects.all().delete()
    assert ask(client, token) == (200, {"status": "ready"})


@committed
def test_on_a_schema_that_does_not_fit_it_is_503_and_tells_who_is_signed_in_why(
    client: Client, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health_monitor, "find_problem", lambda: "The database lacks jobs.0099.")
    assert ask(client) == (503, {"status": "unavailable"})
    expected = [{"code": "schema", "detail": "The database lacks jobs.0099."}]
    assert ask(client, token) == (503, {"status": "unavailable", "problems": expected})


@committed
def test_where_not_even_tokens_can_be_read_it_is_degraded_and_no_failure(
    client: Client, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(*_: object) -> None:
        raise OperationalError("tokens cannot be read")

    monkeypatch.setattr("accounts.authentication.user_of_token", unreadable)
    assert ask(client, token) == (200, {"status": "degraded"})


@committed
def test_while_the_table_of_jobs_is_locked_it_is_503_and_soon_ready_again(client: Client, token: str) -> None:
    process()
    assert ask(client)[0] == 200
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE jobs_live")
        wait_for("503", lambda: ask(client)[0] == 503, within=5)
        [problem] = ask(client, token)[1]["problems"]
        assert problem["code"] == "database_locked"
    wait_for("ready again", lambda: ask(client) == (200, {"status": "ready"}), within=5)


@committed
def test_while_what_processes_report_is_locked_jobs_can_be_created_but_nothing_is_known(
    client: Client, token: str
) -> None:
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}) as other:
        other.execute("LOCK TABLE jobs_process")
        wait_for("degraded", lambda: ask(client, token)[1].get("problems"), within=5)
        assert ask(client, token)[1]["problems"][0]["code"] == "database_locked"
        assert ask(client)[0] == 200


@committed
def test_without_the_database_it_is_503_and_tells_no_address(
    client: Client, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError('connection to server at "10.0.0.1" failed')

    monkeypatch.setattr(health_monitor, "_bound_waits", away)
    assert ask(client) == ask(client, token) == (503, {"status": "unavailable"})
    assert "10.0.0.1" not in str(health_monitor.check())


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Until the event is set a look at the database does not come back, as if its server stood still."""
    thawed = threading.Event()
    look = health_monitor.check

    def stand_still() -> health_monitor.Health:
        thawed.wait(30)
        return look()

    monkeypatch.setattr(health_monitor, "check", stand_still)
    monkeypatch.setattr(health_monitor, "FIRST_CHECK_SECONDS", 0.2)
    yield thawed
    thawed.set()


@committed
def test_a_database_that_stands_still_is_503_until_it_responds(
    client: Client, frozen: threading.Event
) -> None:
    process()
    assert ask(client) == (503, {"status": "unavailable"})
    frozen.set()
    wait_for("ready", lambda: ask(client) == (200, {"status": "ready"}), within=5)


@committed
def test_a_finding_that_grew_old_is_no_longer_believed(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    process()
    monkeypatch.setattr(health_monitor, "POLL_SECONDS", 60)
    monkeypatch.setattr(health_monitor, "MAX_AGE_SECONDS", 0.5)
    assert ask(client)[0] == 200
    wait_for("503", lambda: ask(client)[0] == 503, within=5)


@committed
def test_who_cannot_be_looked_up_in_time_is_told_what_strangers_are_and_holds_one_connection(
    client: Client, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    process()
    thawed, asked = threading.Event(), []

    def stand_still(_plain: str) -> None:
        asked.append(threading.current_thread().name)
        thawed.wait(30)

    monkeypatch.setattr("accounts.authentication.user_of_token", stand_still)
    monkeypatch.setattr(health, "SIGN_IN_SECONDS", 0.1)
    try:
        assert [ask(client, token) for _ in range(5)] == [(200, {"status": "ready"})] * 5
        assert len(asked) == 1
    finally:
        thawed.set()


@committed
def test_many_questions_make_no_query_of_their_own(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    process()
    assert ask(client)[0] == 200
    own = threading.current_thread()
    connect = BaseDatabaseWrapper.ensure_connection

    def count(database: BaseDatabaseWrapper) -> None:
        assert threading.current_thread() is not own, "the request asks the database"
        connect(database)

    connections.close_all()
    monkeypatch.setattr(BaseDatabaseWrapper, "ensure_connection", count)
    for _ in range(20):
        assert ask(client) == (200, {"status": "ready"})


@committed
def test_the_web_process_is_listed_while_it_is_watched() -> None:
    WorkerNode.objects.create(name="w@h", host="h", pid=1, queues=["default"], slots=1, version="1")
    health_monitor.monitor.start()
    kinds = ["web", "worker"]
    wait_for("web reports", lambda: [row["kind"] for row in live_processes()] == kinds, within=5)
    health_monitor.monitor.stop()
    assert [row["kind"] for row in live_processes()] == ["worker"]

"""`manage.py doctor`: each check finds what it is for, and says what to do."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.roles import SYSTEM, Role
from accounts.services import audit_pending
from accounts.services.audit_links import link_pending
from accounts.services.users import create_user
from jobs.heartbeat import Heartbeat
from jobs.models import WorkerNode
from scheduler_project.doctor import checks as doctor
from scheduler_project.doctor import on_audit, on_database, on_platform, on_servers, on_settings
from scheduler_project.doctor.checks import CHECKS
from scheduler_project.doctor.findings import Finding, Outcome, Status
from tests.factories import document, store
from tests.support import pages
from tests.support.ports import find_free_port

pytestmark = pytest.mark.django_db
GOOD_KEY = "".join(map(chr, range(48, 122)))
RING = ["QWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0NTY="]


def of(check: Callable[[], Any]) -> Outcome:
    """The first that is not ok, or else the last one."""
    found: list[Outcome] = list(check())
    assert found
    assert all(status is Status.OK or remedy for status, _, remedy in found)
    return next((one for one in found if one[0] is not Status.OK), found[-1])


@pytest.fixture
def healthy(settings: Any) -> Any:
    settings.SECRET_KEY, settings.SECRETS_KEYS = GOOD_KEY, RING
    settings.ALLOWED_HOSTS = ["localhost"]
    create_user(name="ann", role=Role.ADMIN)
    for kind in ("web", "dispatcher", "beat"):
        Heartbeat(kind).send()
    WorkerNode.objects.create(
        name="w",
        host="h",
        pid=1,
        queues=["default"],
        slots=1,
        version=settings.VERSION,
        seen_at=timezone.now(),
    )
    return settings


@pytest.mark.parametrize("name", [name for name in CHECKS if name not in {"redis", "broker", "ui"}])
def test_on_a_healthy_platform_each_check_is_ok(healthy: Any, name: str) -> None:
    assert of(CHECKS[name])[0] is Status.OK


SETTINGS = [
    (on_settings.check_keys, {"SECRET_KEY": "short"}, Status.WARNING, "SECRET_KEY is too simple"),
    (on_settings.check_keys, {"SECRETS_KEYS": []}, Status.WARNING, "SECRETS_KEYS is empty"),
    (on_settings.check_web, {"DEBUG": True}, Status.PROBLEM, "DEBUG is on"),
    (on_settings.check_web, {"ALLOWED_HOSTS": ["*"]}, Status.WARNING, "allows every name"),
    (on_settings.check_web, {"ALLOWED_HOSTS": ["jobs.example.com"]}, Status.WARNING, "without BEHIND_TLS"),
    (
        on_settings.check_web,
        {"BEHIND_TLS": True, "CSRF_TRUSTED_ORIGINS": ["http://jobs.example.com"]},
        Status.WARNING,
        "is trusted by plain http",
    ),
    (
        on_settings.check_web,
        {"ALLOWED_HOSTS": ["jobs.example.com"], "BEHIND_TLS": True, "TRUSTED_PROXIES": ["*"]},
        Status.WARNING,
        "trusts every peer",
    ),
    (on_settings.check_sign_in, {"LOCAL_SIGN_IN": False, "OIDC": None}, Status.PROBLEM, "no provider is set"),
    (on_platform.check_processes, {"VERSION": "9.9.9"}, Status.WARNING, "this is 9.9.9"),
]


@pytest.mark.parametrize(("check", "changed", "status", "detail"), SETTINGS)
def test_settings_that_do_not_fit_are_found(
    healthy: Any, check: Callable[[], Any], changed: dict[str, Any], status: Status, detail: str
) -> None:
    for name, value in changed.items():
        setattr(healthy, name, value)
    found = of(check)
    assert found[0] is status
    assert detail in found[1]


def test_a_platform_without_an_admin_is_a_problem(healthy: Any) -> None:
    User.objects.update(is_active=False)
    assert of(on_settings.check_sign_in) == (
        Status.PROBLEM, "There is no active admin.", "Run `manage.py create_user NAME --role admin`."
    )  # fmt: skip


@pytest.mark.parametrize(
    ("setting", "scheme"), [("BROKER_URL", "amqp"), ("BROKER_URL", "redis"), ("REDIS_URL", "redis")]
)
def test_a_server_that_is_away_is_a_problem(settings: Any, setting: str, scheme: str) -> None:
    setattr(settings, setting, f"{scheme}://127.0.0.1:{find_free_port()}/1")
    status, detail, remedy = of(
        on_servers.check_broker if setting == "BROKER_URL" else on_servers.check_redis
    )
    assert status is Status.PROBLEM
    assert "cannot be" in detail
    assert setting in remedy


@pytest.mark.parametrize(
    ("info", "status", "detail"),
    [
        ({"redis_version": "6.0.16"}, Status.PROBLEM, "Redis 6.0.16 is too old"),
        (
            {"redis_version": "7.0.0", "maxmemory_policy": "allkeys-lru", "maxmemory": 1},
            Status.WARNING,
            "drops keys when its memory is full",
        ),
        ({"redis_version": "7.2.4", "valkey_version": "9.0.1"}, Status.OK, "Valkey 9.0.1 answers"),
    ],
)
def test_what_a_redis_says_of_itself_is_judged(
    monkeypatch: pytest.MonkeyPatch, info: dict[str, Any], status: Status, detail: str
) -> None:
    monkeypatch.setattr("redis.Redis.info", lambda _: info)
    found = of(on_servers.check_redis)
    assert found[0] is status
    assert detail in found[1]


def test_a_clock_that_is_off_is_found(healthy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = time.time
    for seconds, status in ((30, Status.WARNING), (-3600, Status.PROBLEM)):
        monkeypatch.setattr(
            "scheduler_project.doctor.on_database.time.time", lambda off=seconds: clock() + off
        )
        assert of(on_database.check_clock)[0] is status


def test_secret_values_without_a_key_are_a_problem(healthy: Any) -> None:
    store(document(payload_schema={"api_key": {"type": "secret"}}, payload={"api_key": "s3cret"}))
    healthy.SECRETS_KEYS = ["MTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1ub3BxcnN0dXY="]
    assert of(on_database.check_secrets)[0] is Status.PROBLEM


def test_audit_entries_that_are_not_linked_are_found(healthy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    link_pending()
    monkeypatch.setattr(audit_pending, "MAX_WAIT_MINUTES", -1)
    audit.record(SYSTEM, "tested", "user:x")
    status, detail, remedy = of(on_audit.check_audit)
    assert (status, "1 entries of the audit trail are not linked" in detail, "pg_locks" in remedy) == (
        Status.WARNING,
        True,
        True,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL session_replication_role = replica; UPDATE accounts_audit SET key_id = 'feed'"
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert "did not sign" in of(on_audit.check_audit)[1]


@pytest.mark.parametrize("kind", ["web", "dispatcher", "worker", "beat"])
def test_a_missing_process_is_found_with_the_command_that_starts_it(healthy: Any, kind: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM jobs_process WHERE kind = %s", [kind])
    if kind == "worker":
        WorkerNode.objects.all().delete()
    status, detail, remedy = of(on_platform.check_processes)
    assert status is (Status.WARNING if kind == "beat" else Status.PROBLEM)
    assert detail.startswith("No ")
    assert remedy.startswith("Start one: ")


def test_a_queue_that_nobody_serves_is_found(healthy: Any) -> None:
    store(document(queue="mail"))
    assert "No worker serves the queue mail" in of(on_platform.check_queues)[1]


def test_templates_without_a_handler_are_found_and_the_first_named(healthy: Any) -> None:
    for number in range(7):
        store(document(f"nobody_has_{number}"))
    found = list(on_platform.check_handlers())
    assert len(found) == 6
    assert found[-1][1] == "2 more templates have no working handler."


def test_without_postgres_the_rest_is_still_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> Any:
        raise OperationalError("connection refused")
        yield

    monkeypatch.setitem(CHECKS, "database", away)
    found = doctor.run_checks()
    assert found[-1].check == "database"
    assert "The database cannot be used: connection refused" in found[-1].detail
    assert {"versions", "keys", "redis"} <= {finding.check for finding in found}


def test_a_check_that_fails_itself_is_a_problem_and_ends_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Any:
        raise ValueError("nobody thought of this")
        yield

    monkeypatch.setitem(CHECKS, "ui", broken)
    found = {finding.check: finding for finding in doctor.run_checks()}
    assert "ValueError: nobody thought of this" in found["ui"].detail
    assert "database" in found


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [([Status.OK], 0), ([Status.OK, Status.WARNING], 1), ([Status.WARNING, Status.PROBLEM], 2)],
)
def test_the_exit_status_is_that_of_the_worst(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], statuses: list[Status], expected: int
) -> None:
    findings = [Finding("web", status, "something", "do it") for status in statuses]
    monkeypatch.setattr("jobs.management.commands.doctor.run_checks", lambda: findings)
    for words in ([], ["--json"]):
        with pytest.raises(SystemExit) as ended:
            call_command("doctor", *words)
        assert ended.value.code == expected
    lines = capsys.readouterr().out.splitlines()
    assert json.loads(lines[-1]) == [finding._asdict() for finding in findings]
    assert re.match(r"\S+ +web +something$", lines[0])


def test_the_runbook_explains_each_check_and_no_other() -> None:
    explained = [
        row[0].strip("`") for row in pages.parse_rows(pages.read_section("docs/runbook.md", "Doctor"))
    ]
    assert sorted(explained) == sorted(CHECKS)

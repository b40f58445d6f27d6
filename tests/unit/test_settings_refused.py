"""A wrong value of a setting stops the start with one sentence that names it."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from foundation import env
from scheduler_project import settings
from tests.support import environment
from tests.support.tracked import ROOT

NUMBERS = {
    "PORT": (1, 65535),
    "WORKER_CONCURRENCY": (1, 1000),
    "LEASE_SECONDS": (6, 3600),
    "TERMINATE_GRACE_SECONDS": (0, 3600),
    "HANDLER_PROCESS_MAX_JOBS": (1, 2**31),
    "HANDLER_PROCESS_MAX_MEMORY_MB": (64, 2**31),
    "RETENTION_DAYS": (0, 36_500),
    "AUDIT_RETENTION_DAYS": (0, 36_500),
    "PROVIDER_RECHECK_DAYS": (1, 3650),
    "TOKEN_MAX_DAYS": (1, 36_500),
    "SESSION_IDLE_MINUTES": (5, 525_600),
    "SESSION_MAX_DAYS": (1, 365),
    "SESSION_REQUESTS_PER_SECOND": (0, 10_000),
    "SIGN_IN_FAILURES_PER_ADDRESS": (10, 2**31),
    "SIGN_IN_FAILURES_PER_NAME": (10, 2**31),
    "SOCKETS_PER_USER": (1, 100_000),
}
FLAGS = ("DEBUG", "BEHIND_TLS", "REMOTE_CONTROL", "HANDLER_RELOAD", "HTTP_REQUEST_PRIVATE", "LOCAL_SIGN_IN")
NO_NUMBERS = (" ", "abc", "nan", "inf", "1.5", "1e3", "+7", "-1", "7 ", "٣", "²", "9" * 5000)
ORIGINS = (
    " ", ",", "jobs.example.com", "//jobs.example.com", "https://", "https://jobs.example.com/",
    "https://jobs.example.com/path", "https://Jobs.example.com", "https://jobs.example.com:443",
    "http://jobs.example.com:80", "ftp://jobs.example.com", "https://a b", "*", "https://a.example,b.example",
)  # fmt: skip
WRONG = {
    "SECRET_KEY": (" ",),
    "SECRETS_KEYS": ("abc", ",", "é"),
    "DATABASE_URL": (
        " ", "jobs", "mysql://h/jobs", "postgresql://", "postgresql://127.0.0.1:5432", "postgresql://h/",
        "postgresql://h:0/jobs", "postgresql://h:99999/jobs", "postgresql://h:abc/jobs", "postgresql://[::1/jobs",
        f"postgresql://h/{64 * 'a'}", f"postgresql://h/{32 * 'é'}", "postgresql://h/a%00b",
        "postgresql://h/jobs?nonsense=1",
    ),
    "DATABASE_DIRECT_URL": (" ", "jobs", "mysql://h/jobs", "postgresql://h:0/jobs", "postgresql://h/jobs?nonsense=1"),
    "BROKER_URL": (
        " ", "mq", "http://mq", "amqp://", "amqp://mq:0//", "amqp://mq:99999//", "amqp://mq:abc//",
        "redis://cache/abc", "redis://cache/-1", "redis://cache/1/2",
    ),
    "REDIS_URL": (
        " ", "cache", "amqp://cache", "redis://", "redis://cache:6379/abc", "redis://cache/-1", "redis://cache/1/2",
        "redis://cache/1.5", "redis://cache:0/1", "redis://cache:99999/1", "redis://cache?db=abc",
        "redis://cache/1?nonsense=1", "unix://redis.sock", "unix:///run/redis.sock?db=abc",
    ),
    "PLATFORM_NAME": (" ", "A", "a_b", "-a", "a-", 33 * "a"),
    "ALLOWED_HOSTS": (" ", ",", "https://jobs.example.com", "jobs.example.com:8000", "a b", "::1", "jobs/path", "."),
    "CSRF_TRUSTED_ORIGINS": ORIGINS,
    "CORS_ALLOWED_ORIGINS": (*ORIGINS, "https://*.example.com"),
    "BIND": (" ", "localhost", "0.0.0.0:8000", "10.0.0.0/8"),
    "TRUSTED_PROXIES": (" ", ",", "proxy.example.com", "10.0.0.0/33", "10.0.0.0/8 ::1"),
    "LOG_LEVEL": (" ", "info", "TRACE", "10"),
    "LOG_FORMAT": (" ", "xml", "JSON"),
    "HANDLER_PACKAGES": (" ", ","),
    "MANAGEMENT_COMMANDS": (" ", ","),
    "OIDC_ISSUER": (
        " ", "login.example.org", "ftp://login.example.org", "http://login.example.org", "http://127.0.0.1.example.org",
        "https://me@login.example.org", "https://login.example.org/?tenant=1", "https://login.example.org:0",
    ),
    "OIDC_CLIENT_ID": (" ", "jobs\n"),
    "OIDC_CLIENT_SECRET": (" ", "secret\n"),
    "OIDC_NAME": (" ", "a\nb"),
    "OIDC_SCOPES": (" ", "profile,email"),
    "OIDC_GROUPS_CLAIM": (" ", "groups "),
    "OIDC_ROLES": (" ", ",", "ops", "ops=boss", "=admin", "ops=Operator", "ops=operator,dev"),
    "OIDC_DEFAULT_ROLE": (" ", "boss", "none"),
    "REQUIRE_SECOND_FACTOR": (" ", ",", "root", "Admin", "admin;editor", "admin,root"),
    **dict.fromkeys(FLAGS, (" ", "2", "maybe")),
    **{name: (*NO_NUMBERS, str(low - 1), str(high + 1)) for name, (low, high) in NUMBERS.items()},
}  # fmt: skip
ROWS = [
    *((name, value) for name, values in WRONG.items() for value in values),
    *(("AUDIT_RETENTION_DAYS", days) for days in ("1", "29")),
]
RIGHT = [
    ("DATABASE_URL", "postgresql://me:p%40@db:5432/my%20jobs?sslmode=require&application_name=x"),
    ("DATABASE_URL", f"postgres:///{63 * 'a'}"),
    ("BROKER_URL", "amqp://me:secret@mq//"),
    ("BROKER_URL", "amqps://mq/jobs"),
    ("BROKER_URL", "redis://:secret@cache:6379/2"),
    ("REDIS_URL", "redis://cache"),
    ("REDIS_URL", "rediss://cache/15?ssl_cert_reqs=none"),
    ("REDIS_URL", "unix:///run/redis.sock?db=3"),
    ("ALLOWED_HOSTS", "*,.example.com,Jobs.example.com, 10.0.0.7,[::1]"),
    ("CORS_ALLOWED_ORIGINS", "https://jobs.example.com:8443, http://localhost:5173"),
    ("CSRF_TRUSTED_ORIGINS", "https://*.example.com,http://[::1]:8000"),
    ("TRUSTED_PROXIES", "10.0.0.0/8,::1"),
    ("OIDC_SCOPES", "openid,groups profile"),
    ("OIDC_ROLES", "ops = operator, cn=dev=editor,/staff/root=admin"),
    ("REQUIRE_SECOND_FACTOR", "editor, admin"),
]
STARTS = (
    ["manage.py", "serve"],
    ["manage.py", "dispatch"],
    ["manage.py", "create_user", "ann", "--role", "viewer"],
    ["manage.py", "migrate"],
    ["-m", "celery", "-A", "scheduler_project", "worker"],
    ["-m", "celery", "-A", "scheduler_project", "beat"],
    ["-m", "celery", "-A", "scheduler_project", "jobs", "list"],
    ["-m", "launcher"],
    ["launcher/bootstrap.py", "run"],
)


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in environment.SETTINGS:
        if name != "DJANGO_SETTINGS_MODULE":
            monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("STATE_DIR", str(tmp_path))
    monkeypatch.setenv("SECRET_KEY", "only-for-tests")
    env._running_platform.cache_clear()


def read_settings() -> None:
    runpy.run_path(settings.__file__)


def refusal_of(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> str:
    monkeypatch.setenv(name, value)
    with pytest.raises(env.BadSetting) as refused:
        read_settings()
    return str(refused.value)


@pytest.mark.parametrize(("name", "value"), ROWS, ids=lambda text: text[:40])
def test_a_wrong_value_is_named_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    sentence = refusal_of(monkeypatch, name, value)
    assert re.fullmatch(rf"{name}='.*' is not usable: .+\.", sentence)
    assert len(sentence) < 400


@pytest.mark.parametrize(("name", "value"), RIGHT)
def test_a_right_value_is_taken(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    read_settings()


def test_every_setting_of_the_operators_table_has_its_row() -> None:
    table = (ROOT / "docs" / "operators.md").read_text().split("## Settings")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `([A-Z_]+)`", table, re.MULTILINE)) == {*WRONG, "STATE_DIR"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql://me:hidden@db"),
        ("BROKER_URL", "redis://:hidden@mq/abc"),
        ("REDIS_URL", "redis://:hidden@cache/1?nonsense=1"),
    ],
)
def test_a_password_in_an_address_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    assert "hidden" not in refusal_of(monkeypatch, name, value)


@pytest.mark.parametrize("command", STARTS, ids=" ".join)
def test_every_process_ends_with_the_sentence_and_no_traceback(command: list[str]) -> None:
    given = {**os.environ, "DATABASE_URL": "postgresql://127.0.0.1:5432"}
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    [line] = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (1, "")
    assert line.startswith("DATABASE_URL='postgresql://...' is not usable: name the database")


def test_a_state_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    given = {**os.environ, "STATE_DIR": str(tmp_path / "file")}
    done = subprocess.run(
        [sys.executable, "-m", "launcher"],
        cwd=ROOT, env=given, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    [line] = done.stderr.splitlines()
    assert done.returncode == 1
    assert line.startswith(f"STATE_DIR='{tmp_path}/file' is not usable: ")

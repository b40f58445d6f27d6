"""`manage.py serve`: where it is to listen is judged before it does."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from foundation import schema_guard
from foundation.weak_settings import find_weak_settings
from jobs.management.commands import serve
from jobs.services import unreadable_secrets

GOOD_KEY = "".join(map(chr, range(48, 122)))
WEAK = [
    ("SECRET_KEY", "change-me-to-a-long-random-text", "publicly known"),
    ("SECRET_KEY", "only-for-a-try-on-this-machine", "publicly known"),
    ("SECRET_KEY", "a" * 60, "too simple"),
    ("SECRET_KEY", GOOD_KEY[:31], "too simple"),
    ("SECRETS_KEYS", ["QWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0NTY=", "A" * 43 + "="], "not random"),
    ("DATABASE_URL", "postgresql://me:only-for-a-try@db/jobs", "publicly known password"),
    ("BROKER_URL", "amqp://me:change%2Dme@mq//", "publicly known password"),
    ("REDIS_URL", "redis://:change-me@cache/1", "publicly known password"),
    ("DATABASE_URL", "postgresql://me:p@db.example/jobs", "password that is too simple"),
    ("BROKER_URL", "amqp://long-name:long%2Dname@mq//", "password that is too simple"),
    ("REDIS_URL", "redis://:seven-7@192.0.2.1/1", "password that is too simple"),
]


@pytest.mark.parametrize("host", ["", " "])
def test_a_blank_host_is_refused_for_it_would_mean_every_address(host: str) -> None:
    with pytest.raises(CommandError, match=r"--host: it is blank, .*0\.0\.0\.0"):
        call_command("serve", "--host", host)


@pytest.mark.parametrize("port", ["", "0", "-1", "65536", "99999", "80.5", "http", "9" * 5000])
def test_a_port_that_there_is_not_is_refused(port: str) -> None:
    with pytest.raises(CommandError, match="--port: write a whole number from 1 to 65535"):
        call_command("serve", f"--port={port}")


@pytest.fixture
def strong(settings: Any) -> Any:
    settings.SECRET_KEY, settings.SECRETS_KEYS = GOOD_KEY, ["QWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0NTY="]
    return settings


@pytest.mark.parametrize(("name", "value", "why"), WEAK)
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7", "jobs.example.com"])
def test_beyond_this_machine_a_weak_key_or_password_is_refused(
    strong: Any, host: str, name: str, value: Any, why: str
) -> None:
    setattr(strong, name, value)
    with pytest.raises(CommandError, match=f"Others can reach this address, but {name} .*{why}") as refused:
        call_command("serve", "--host", host)
    assert str(value) not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql://me:p@localhost/jobs"),
        ("DATABASE_URL", "postgresql://me:p@%2Frun%2Fpostgresql/jobs"),
        ("DATABASE_URL", "postgresql:///jobs?host=/run/postgresql"),
        ("DATABASE_URL", "postgresql://me@db.example/jobs"),
        ("BROKER_URL", "amqp://guest:guest@127.0.0.1//"),
        ("BROKER_URL", "amqp://me:eight-88@mq//"),
        ("REDIS_URL", "redis://:p@[::1]/1"),
    ],
)
def test_a_short_password_of_a_server_on_this_machine_is_no_weakness(
    strong: Any, name: str, value: str
) -> None:
    setattr(strong, name, value)
    assert find_weak_settings() == []


@pytest.mark.parametrize(("bind", "refuses"), [("127.0.0.1", False), ("::1", False), ("10.0.0.7", True)])
def test_where_a_container_is_published_counts_more_than_where_it_listens(
    strong: Any, monkeypatch: pytest.MonkeyPatch, bind: str, refuses: bool
) -> None:
    served: list[tuple[str, int]] = []

    def pretend_to_serve(*where: Any) -> bool:
        served.append(where)
        return True

    monkeypatch.setattr(serve, "_serve_asgi", pretend_to_serve)
    for guard in (schema_guard, unreadable_secrets):
        monkeypatch.setattr(guard, "refuse_to_start", lambda: None)
    strong.SECRET_KEY, strong.BIND = "only-for-a-try-on-this-machine", bind
    with pytest.raises(CommandError) if refuses else nullcontext():
        call_command("serve", "--host", "0.0.0.0", "--port", "8000")
    assert served == ([] if refuses else [("0.0.0.0", 8000)])

"""What a user may set for `make run`: a wrong value stops the start with one sentence that names it."""

from __future__ import annotations

from pathlib import Path

import pytest

from foundation import env
from launcher import options

NAMES = ("PORT", "WORKER_CONCURRENCY", "DATABASE_URL", "DATABASE_DIRECT_URL", "BROKER_URL", "REDIS_URL")


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("STATE_DIR", str(tmp_path))
    env._running_platform.cache_clear()


def test_everything_has_a_default() -> None:
    chosen = options.read_options()
    assert chosen.port == 8000
    assert chosen.concurrency == 4
    assert chosen.embedded == ["postgres", "valkey"]
    assert chosen.url == "http://localhost:8000"


@pytest.mark.parametrize("wrong", ["abc", "0", "70000", "-1", "80.5", " "])
def test_a_wrong_port_is_named(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("PORT", wrong)
    with pytest.raises(env.BadSetting, match=f"PORT='{wrong}' is not usable: .*1 to 65535"):
        options.read_options()


@pytest.mark.parametrize("wrong", ["many", "0"])
def test_a_wrong_number_of_slots_is_named(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("WORKER_CONCURRENCY", wrong)
    with pytest.raises(env.BadSetting, match="WORKER_CONCURRENCY"):
        options.read_options()


def test_servers_are_embedded_only_for_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1/jobs")
    monkeypatch.setenv("BROKER_URL", "amqp://127.0.0.1//")
    chosen = options.read_options()
    assert chosen.embedded == ["valkey"]
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1/1")
    assert options.read_options().embedded == []


def test_a_direct_address_without_that_of_the_pool_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_DIRECT_URL", "postgresql://127.0.0.1/jobs")
    with pytest.raises(env.BadSetting, match=r"DATABASE_DIRECT_URL.*set DATABASE_URL"):
        options.read_options()
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:6432/jobs")
    assert options.read_options().urls["DATABASE_DIRECT_URL"] == "postgresql://127.0.0.1/jobs"


@pytest.mark.parametrize("name", ["acme", "acme.jobs", "json.decoder", "handlers.otp_send_job"])
def test_a_package_that_is_not_there_is_named_before_anything_starts(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("HANDLER_PACKAGES", f"bench.handlers,{name}")
    with pytest.raises(
        env.BadSetting, match=f"HANDLER_PACKAGES='{name}' is not usable: name importable pack"
    ):
        options.read_options()

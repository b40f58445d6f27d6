"""DATABASE_DIRECT_URL beside DATABASE_URL means a pool by transaction: no setting then depends on a session."""

from __future__ import annotations

import runpy
from typing import Any

import pytest

from foundation import env
from scheduler_project import server_urls, settings

POOL, DIRECT = "postgresql://me@pool:6432/jobs", "postgresql://me@db:5432/jobs"


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The settings of a platform that runs with this state directory."""
    found: dict[str, str] = {}
    monkeypatch.setattr(env, "_running_platform", lambda: found)
    for name in ("DATABASE_URL", "DATABASE_DIRECT_URL"):
        monkeypatch.delenv(name, raising=False)
    return found


def read_settings() -> dict[str, Any]:
    return runpy.run_path(settings.__file__)


@pytest.mark.parametrize("direct", ["", POOL])
def test_without_another_direct_address_the_session_is_ours(
    monkeypatch: pytest.MonkeyPatch, running: dict[str, str], direct: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", POOL)
    monkeypatch.setenv("DATABASE_DIRECT_URL", direct)
    found = read_settings()
    assert not found["POOLS_TRANSACTIONS"]
    assert found["DATABASES"]["default"]["OPTIONS"]["prepare_threshold"] == 5
    assert "DISABLE_SERVER_SIDE_CURSORS" not in found["DATABASES"]["default"]


def test_with_one_nothing_is_prepared_and_no_cursor_stays_on_the_server(
    monkeypatch: pytest.MonkeyPatch, running: dict[str, str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", POOL)
    monkeypatch.setenv("DATABASE_DIRECT_URL", DIRECT)
    found = read_settings()
    assert found["POOLS_TRANSACTIONS"]
    default, direct = found["DATABASES"]["default"], found["DIRECT_DATABASE"]
    assert (default["HOST"], default["OPTIONS"]["prepare_threshold"]) == ("pool", None)
    assert default["DISABLE_SERVER_SIDE_CURSORS"]
    assert (direct["HOST"], direct["OPTIONS"]["prepare_threshold"]) == ("db", 5)


def test_a_role_that_the_session_assumes_is_refused_in_a_pool(
    monkeypatch: pytest.MonkeyPatch, running: dict[str, str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"{POOL}?assume_role=owner")
    read_settings()
    monkeypatch.setenv("DATABASE_DIRECT_URL", DIRECT)
    with pytest.raises(env.BadSetting, match=r"DATABASE_URL.*assume_role"):
        read_settings()


def test_the_direct_address_of_a_running_platform_belongs_to_its_own_pool(
    monkeypatch: pytest.MonkeyPatch, running: dict[str, str]
) -> None:
    running |= {"DATABASE_URL": POOL, "DATABASE_DIRECT_URL": DIRECT}
    assert (server_urls.database(), server_urls.direct_database()) == (POOL, DIRECT)
    monkeypatch.setenv("DATABASE_URL", "postgresql://me@elsewhere/jobs")
    assert server_urls.direct_database() == "postgresql://me@elsewhere/jobs"

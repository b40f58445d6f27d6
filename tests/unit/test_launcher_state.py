"""The state folder has one holder at a time, makes secrets once, and lets commands find the platform."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from foundation import discover
from foundation.env import BadSetting
from launcher import state
from launcher.options import CannotStart
from launcher.state import StateDir

SETTINGS = {
    "DATABASE_URL": "postgresql://u:p@127.0.0.1:20001/postgres",
    "BROKER_URL": "redis://:p@127.0.0.1:20002/0",
    "REDIS_URL": "redis://:p@127.0.0.1:20002/1",
    "SECRET_KEY": "s",
}


@pytest.fixture
def held(tmp_path: Path) -> Iterator[StateDir]:
    holder = StateDir(tmp_path / "state")
    yield holder
    with suppress(OSError):  # the test released it
        holder.close()


def write_run(holder: StateDir, **pids: int) -> None:
    holder.write_run(url="http://127.0.0.1:8000", settings=SETTINGS, pids=pids)


def test_run_json_is_what_the_contract_says_and_for_its_owner_alone(held: StateDir) -> None:
    write_run(held, web=11, valkey=12)
    file = held.path / "run.json"
    assert json.loads(file.read_text()) == {
        "url": "http://127.0.0.1:8000",
        "database_url": SETTINGS["DATABASE_URL"],
        "broker_url": SETTINGS["BROKER_URL"],
        "redis_url": SETTINGS["REDIS_URL"],
        "processes": {"web": {"pid": 11}, "valkey": {"pid": 12}},
    }
    assert {f.name: oct(f.stat().st_mode & 0o777) for f in held.path.glob("*.json")} == {
        "run.json": "0o600",
        "settings.json": "0o600",
    }


def test_commands_beside_a_running_platform_find_its_settings(held: StateDir) -> None:
    write_run(held)
    found = discover.find_platform(held.path)
    assert found is not None
    assert found.url == "http://127.0.0.1:8000"
    assert found.settings == SETTINGS


def test_files_that_a_killed_launcher_left_are_not_a_running_platform(held: StateDir) -> None:
    write_run(held)
    left = {name: (held.path / name).read_text() for name in (discover.RUN, discover.SETTINGS)}
    held.close()
    for name, text in left.items():
        (held.path / name).write_text(text)
    (held.path / discover.LOCK).touch()
    assert discover.find_platform(held.path) is None


def test_a_launcher_that_is_starting_or_stopping_is_not_found(held: StateDir) -> None:
    assert discover.find_platform(held.path) is None
    write_run(held)
    held.forget_run()
    assert discover.find_platform(held.path) is None


def test_nothing_runs_where_there_is_no_state_directory(tmp_path: Path) -> None:
    assert discover.find_platform(tmp_path / "nowhere") is None


def test_a_second_start_says_where_the_first_one_is(held: StateDir) -> None:
    write_run(held)
    with pytest.raises(CannotStart, match=r"is running already: http://127\.0\.0\.1:8000"):
        StateDir(held.path)


def test_a_start_waits_for_one_that_is_stopping(held: StateDir, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []

    def stop_once_it_waits(sentence: str) -> None:
        said.append(sentence)
        held.close()

    monkeypatch.setattr(state, "say", stop_once_it_waits)
    StateDir(held.path).close()
    assert len(said) == 1
    assert "starting or stopping" in said[0]


def test_a_start_does_not_wait_for_ever(held: StateDir, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "MAX_WAIT_SECONDS", -1)
    with pytest.raises(CannotStart, match="neither starts nor ends"):
        StateDir(held.path)


def test_nothing_of_the_run_is_left_after_a_clean_end(held: StateDir) -> None:
    write_run(held)
    held.close()
    assert list(held.path.iterdir()) == []


def test_secrets_are_made_once_and_are_for_their_owner_alone(held: StateDir) -> None:
    first = held.get_secret("secret_key")
    assert len(first) >= 40
    assert held.get_secret("secret_key") == first
    assert held.get_secret("other") != first
    assert (held.path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_a_state_directory_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadSetting, match=r"STATE_DIR=.*file/state.* is not usable"):
        StateDir(tmp_path / "file" / "state")


def test_the_state_directory_is_the_one_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("STATE_DIR", str(tmp_path))
    assert discover.find_state_dir() == tmp_path
    monkeypatch.setenv("STATE_DIR", "")
    assert discover.find_state_dir() == discover.CHECKOUT / ".state"

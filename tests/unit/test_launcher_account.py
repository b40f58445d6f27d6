"""Where the embedded servers' files lie when their user cannot enter the state directory."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from launcher import servers
from launcher.servers import Account, known_folders, servers_folder

MYSELF = Account(os.geteuid(), os.getegid())


class ShutOut(Account):
    """Can write nowhere, as `nobody` under a 0700 home."""

    def can_write(self, folder: Path) -> bool:
        return False


SHUT_OUT = ShutOut(os.geteuid(), os.getegid())


@pytest.fixture(autouse=True)
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(servers, "OUTSIDE", tmp_path / "outside")
    return tmp_path / "outside"


@pytest.fixture
def state_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "checkout" / ".state"
    folder.mkdir(parents=True)
    return folder


def test_they_lie_in_the_state_directory_where_that_can_be_reached(state_dir: Path) -> None:
    assert servers_folder(state_dir, MYSELF) == state_dir / "servers"
    assert known_folders(state_dir) == [state_dir / "servers"]


def test_they_lie_outside_where_it_cannot_and_are_found_again(state_dir: Path, outside: Path) -> None:
    folder = servers_folder(state_dir, SHUT_OUT)
    assert folder.parent == outside
    assert folder.stat().st_mode & 0o777 == 0o700
    assert servers_folder(state_dir, SHUT_OUT) == folder
    assert known_folders(state_dir) == [state_dir / "servers", folder]


def test_they_follow_a_state_directory_that_is_moved(state_dir: Path) -> None:
    folder = servers_folder(state_dir, SHUT_OUT)
    moved = state_dir.rename(state_dir.with_name(".moved"))
    assert servers_folder(moved, SHUT_OUT) == folder


def test_a_copy_of_the_state_directory_gets_its_own(state_dir: Path) -> None:
    folder = servers_folder(state_dir, SHUT_OUT)
    copy = state_dir.with_name(".copy")
    (copy / "servers").mkdir(parents=True)
    (copy / "servers" / "moved_to").write_text(str(folder))
    assert servers_folder(copy, SHUT_OUT) != folder


def test_what_a_deleted_temporary_state_directory_left_is_removed(
    state_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(state_dir.parent))
    abandoned = servers_folder(state_dir, SHUT_OUT)
    state_dir.rename(tmp_path / "gone")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    kept = servers_folder(elsewhere, SHUT_OUT)
    elsewhere.rename(tmp_path / "on a disk that is not there")
    other = tmp_path / "other"
    other.mkdir()
    servers_folder(other, SHUT_OUT)
    assert not abandoned.exists()
    assert kept.exists()

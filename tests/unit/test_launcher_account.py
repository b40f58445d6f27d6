"""Where the embedded servers' files are if their user cannot enter the state folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from launcher import servers
from launcher.servers import Account, find_server_folders, make_servers_folder

MYSELF = Account(os.geteuid(), os.getegid())


class ShutOut(Account):
    """Cannot write anywhere, like `nobody` under a home of mode 0700."""

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


def test_they_are_in_the_state_folder_if_the_account_can_enter_it(state_dir: Path) -> None:
    assert make_servers_folder(state_dir, MYSELF) == state_dir / "servers"
    assert find_server_folders(state_dir) == [state_dir / "servers"]


def test_they_are_outside_if_it_cannot_and_are_found_again(state_dir: Path, outside: Path) -> None:
    folder = make_servers_folder(state_dir, SHUT_OUT)
    assert folder.parent == outside
    assert folder.stat().st_mode & 0o777 == 0o700
    assert make_servers_folder(state_dir, SHUT_OUT) == folder
    assert find_server_folders(state_dir) == [state_dir / "servers", folder]


def test_they_belong_to_a_state_folder_that_was_moved(state_dir: Path) -> None:
    folder = make_servers_folder(state_dir, SHUT_OUT)
    moved = state_dir.rename(state_dir.with_name(".moved"))
    assert make_servers_folder(moved, SHUT_OUT) == folder


def test_a_copy_of_the_state_folder_gets_its_own(state_dir: Path) -> None:
    folder = make_servers_folder(state_dir, SHUT_OUT)
    copy = state_dir.with_name(".copy")
    (copy / "servers").mkdir(parents=True)
    (copy / "servers" / "moved_to").write_text(str(folder))
    assert make_servers_folder(copy, SHUT_OUT) != folder


def test_those_of_a_deleted_temporary_state_folder_are_removed(
    state_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(state_dir.parent))
    abandoned = make_servers_folder(state_dir, SHUT_OUT)
    state_dir.rename(tmp_path / "gone")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    kept = make_servers_folder(elsewhere, SHUT_OUT)
    elsewhere.rename(tmp_path / "on a disk that is not there")
    other = tmp_path / "other"
    other.mkdir()
    make_servers_folder(other, SHUT_OUT)
    assert not abandoned.exists()
    assert kept.exists()

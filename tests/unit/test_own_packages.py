"""A second module with the name of a package of ours stops the start, with one sentence that names both."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from foundation.discover import CHECKOUT
from scheduler_project.own_packages import OWN_PACKAGES
from tests.support import environment


def start(*command: str, cwd: Path = CHECKOUT, **further: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=cwd,
        env=environment.copy_without_settings() | {"SECRET_KEY": "for-these-tests"} | further,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def make_package(folder: Path, name: str) -> Path:
    (folder / name).mkdir()
    (folder / name / "__init__.py").write_text("")
    return folder / name


@pytest.mark.parametrize("name", ["jobs", "foundation", "handlers"])
def test_a_package_on_the_path_stops_manage_py(tmp_path: Path, name: str) -> None:
    other = make_package(tmp_path, name)
    done = start("manage.py", "check", PYTHONPATH=str(tmp_path))
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"Two modules are named {name}: ")
    assert str(CHECKOUT / name) in line
    assert str(other) in line


def test_a_file_in_the_folder_that_celery_is_started_in_stops_it(tmp_path: Path) -> None:
    (tmp_path / "accounts.py").write_text("")
    done = start("-m", "celery", "-A", "scheduler_project", "report", cwd=tmp_path)
    assert done.returncode == 1
    assert f"{tmp_path / 'accounts.py'} would hide it or be hidden by it" in done.stderr


def test_a_folder_that_is_no_package_hides_nothing(tmp_path: Path) -> None:
    (tmp_path / "jobs").mkdir()
    assert start("manage.py", "check", PYTHONPATH=str(tmp_path)).returncode == 0


def test_all_packages_of_ours_are_watched() -> None:
    tops = {
        file.parent.name
        for file in CHECKOUT.glob("*/__init__.py")
        if file.parent.name not in ("bench", "tests")
    }
    assert set(OWN_PACKAGES) == tops

"""Handlers that are edited while the program runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from handlers.registry import HandlerBroken, HandlerNotFound, Registry


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "edited_jobs"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)  # stale byte code is one of the traps
    yield folder
    for name in [name for name in sys.modules if name.split(".")[0] == "edited_jobs"]:
        del sys.modules[name]


def write(file: Path, text: str) -> None:
    """Writes with a time of change that differs by less than a second from the one before."""
    previous = file.stat().st_mtime_ns if file.exists() else 1_700_000_000_000_000_000
    file.write_text(text)
    os.utime(file, ns=(previous + 1_000_000, previous + 1_000_000))


def test_it_takes_an_edit_of_equal_length_made_within_the_same_second(package: Path) -> None:
    file = package / "quick_job.py"
    write(file, "def quick_job(data): return 1")
    known = Registry(["edited_jobs"], reload=True)
    assert known.load("quick_job")({}, None) == 1

    write(file, "def quick_job(data): return 2")

    assert known.load("quick_job")({}, None) == 2


def test_it_keeps_an_unchanged_handler_and_its_state(package: Path) -> None:
    write(
        package / "calm_job.py", "calls = []\ndef calm_job(data):\n    calls.append(1)\n    return len(calls)"
    )
    known = Registry(["edited_jobs"], reload=True)

    assert [known.load("calm_job")({}, None) for _ in range(3)] == [1, 2, 3]


def test_it_takes_an_edit_of_a_part_of_a_package(package: Path) -> None:
    folder = package / "parted_job"
    folder.mkdir()
    write(folder / "__init__.py", "from edited_jobs.parted_job.part import N\ndef parted_job(data): return N")
    write(folder / "part.py", "N = 1")
    known = Registry(["edited_jobs"], reload=True)
    assert known.load("parted_job")({}, None) == 1

    write(folder / "part.py", "N = 2")

    assert known.load("parted_job")({}, None) == 2


def test_it_recovers_when_a_broken_edit_is_mended(package: Path) -> None:
    file = package / "mended_job.py"
    write(file, "def mended_job(data): return 1")
    known = Registry(["edited_jobs"], reload=True)
    known.load("mended_job")
    write(file, "def mended_job(data: return 1")
    with pytest.raises(HandlerBroken):
        known.load("mended_job")
    with pytest.raises(HandlerBroken):
        known.load("mended_job")

    write(file, "def mended_job(data): return 3")

    assert known.load("mended_job")({}, None) == 3


def test_it_notices_that_a_module_became_a_package(package: Path) -> None:
    write(package / "grown_job.py", "def grown_job(data): return 'module'")
    known = Registry(["edited_jobs"], reload=True)
    known.load("grown_job")

    (package / "grown_job.py").unlink()
    (package / "grown_job").mkdir()
    write(package / "grown_job" / "__init__.py", "def grown_job(data): return 'package'")

    assert known.load("grown_job")({}, None) == "package"


def test_it_refuses_a_handler_that_was_deleted(package: Path) -> None:
    write(package / "gone_job.py", "def gone_job(data): return 1")
    known = Registry(["edited_jobs"], reload=True)
    known.load("gone_job")

    (package / "gone_job.py").unlink()

    with pytest.raises(HandlerNotFound):
        known.load("gone_job")


def test_it_keeps_the_first_version_without_reload(package: Path) -> None:
    file = package / "fixed_job.py"
    write(file, "def fixed_job(data): return 1")
    known = Registry(["edited_jobs"])
    known.load("fixed_job")

    write(file, "def fixed_job(data): return 2")

    assert known.load("fixed_job")({}, None) == 1

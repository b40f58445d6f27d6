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
    """Writes the file with a modification time less than a second later than the one before."""
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


@pytest.mark.parametrize(
    ("statement", "value"),
    [
        ("from edited_jobs import shared", "shared.N"),
        ("from edited_jobs.shared import N", "N"),
        ("import edited_jobs.shared as s", "s.N"),
        ("from . import shared", "shared.N"),
        ("from .shared import N", "N"),
        ("import beside_them as shared", "shared.N"),
    ],
)
def test_it_takes_an_edit_of_a_helper_module(package: Path, statement: str, value: str) -> None:
    helper = package / "shared.py"
    if "beside_them" in statement:
        helper = package.parent / "beside_them.py"
    write(helper, "N = 1")
    write(package / "helped_job.py", f"{statement}\ndef helped_job(data): return {value}")
    known = Registry(["edited_jobs"], reload=True)
    assert known.load("helped_job")({}, None) == 1
    write(helper, "N = 2")
    assert known.load("helped_job")({}, None) == 2
    sys.modules.pop("beside_them", None)


def test_it_takes_an_edit_of_a_helper_that_only_another_helper_imports(package: Path) -> None:
    write(package / "deep.py", "N = 1")
    write(package / "shared.py", "from edited_jobs import deep\ndef n(): return deep.N")
    for name in ("one_job", "two_job"):
        write(package / f"{name}.py", f"from edited_jobs import shared\ndef {name}(data): return shared.n()")
    known = Registry(["edited_jobs"], reload=True)
    assert [known.load(name)({}, None) for name in ("one_job", "two_job")] == [1, 1]
    write(package / "deep.py", "N = 2")
    assert [known.load(name)({}, None) for name in ("one_job", "two_job")] == [2, 2]


def test_it_takes_an_edit_of_a_helper_of_a_packaged_handler(package: Path) -> None:
    folder = package / "parted_job"
    folder.mkdir()
    write(package / "shared.py", "N = 1")
    write(folder / "part.py", "from ..shared import N")
    write(folder / "__init__.py", "from .part import N\ndef parted_job(data): return N")
    known = Registry(["edited_jobs"], reload=True)
    assert known.load("parted_job")({}, None) == 1
    write(package / "shared.py", "N = 2")
    assert known.load("parted_job")({}, None) == 2


def test_an_edit_of_a_helper_leaves_the_handlers_alone_that_do_not_use_it(package: Path) -> None:
    write(package / "shared.py", "N = 1")
    write(package / "helped_job.py", "from . import shared\ndef helped_job(data): return shared.N")
    write(
        package / "calm_job.py", "calls = []\ndef calm_job(data):\n    calls.append(1)\n    return len(calls)"
    )
    known = Registry(["edited_jobs"], reload=True)
    assert [known.load("calm_job")({}, None), known.load("helped_job")({}, None)] == [1, 1]
    write(package / "shared.py", "N = 2")
    assert [known.load("calm_job")({}, None), known.load("helped_job")({}, None)] == [2, 2]


def test_a_helper_that_is_broken_and_mended_is_taken_both_times(package: Path) -> None:
    write(package / "shared.py", "N = 1")
    write(package / "helped_job.py", "from . import shared\ndef helped_job(data): return shared.N")
    known = Registry(["edited_jobs"], reload=True)
    known.load("helped_job")
    write(package / "shared.py", "N = ")
    with pytest.raises(HandlerBroken):
        known.load("helped_job")
    write(package / "shared.py", "N = 3")
    assert known.load("helped_job")({}, None) == 3


def test_the_platforms_own_modules_are_no_helpers(package: Path) -> None:
    write(
        package / "mail_job.py", "from handlers import context\nimport json, pytest\ndef mail_job(data): ..."
    )
    before = sys.modules["handlers.context"]
    known = Registry(["edited_jobs"], reload=True)
    known.load("mail_job")
    write(package / "mail_job.py", "from handlers import context\ndef mail_job(data): return context")
    assert known.load("mail_job")({}, None) is before

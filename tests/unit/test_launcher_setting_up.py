"""Steps are skipped while nothing changed and shown whole when they fail; a failed UI build stops nothing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from launcher import install
from launcher.install import hash_files, hold_lock, run_step
from launcher.options import CannotStart


@pytest.fixture
def frontend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "frontend"
    (folder / "src").mkdir(parents=True)
    (folder / "node_modules").mkdir()
    (folder / "package.json").write_text('{"engines": {"node": ">=22.18.0"}}')
    (folder / "package-lock.json").write_text("{}")
    (folder / "src" / "main.tsx").write_text("1")
    monkeypatch.setattr(install, "FRONTEND", folder)
    monkeypatch.setattr(install, "BUILT", folder / "dist")
    monkeypatch.setattr(install, "BUILT_FROM", tmp_path / "ui-built-from")
    monkeypatch.setattr(install, "MODULES_FROM", folder / "node_modules" / ".installed-from")
    monkeypatch.setattr(install, "make_node_environment", dict)
    return folder


@pytest.fixture
def steps(frontend: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    done: list[str] = []

    def build(title: str, *commands: list[str], **_: object) -> None:
        done.append(" ".join(commands[0][:2]))
        (frontend / "dist").mkdir(exist_ok=True)
        (frontend / "dist" / "index.html").touch()

    monkeypatch.setattr(install, "run_step", build)
    return done


def test_the_ui_is_built_once_and_again_when_a_source_changes(frontend: Path, steps: list[str]) -> None:
    install.build_ui_if_stale()
    assert steps == ["npm ci", "npm run"]
    install.build_ui_if_stale()
    assert len(steps) == 2
    (frontend / "src" / "main.tsx").write_text("2")
    install.build_ui_if_stale()
    assert steps[2:] == ["npm run"]


def test_the_ui_is_built_again_when_the_build_was_deleted(frontend: Path, steps: list[str]) -> None:
    install.build_ui_if_stale()
    (frontend / "dist" / "index.html").unlink()
    install.build_ui_if_stale()
    assert steps[2:] == ["npm run"]


def test_new_packages_are_installed_when_the_lock_file_changes(frontend: Path, steps: list[str]) -> None:
    install.build_ui_if_stale()
    (frontend / "package-lock.json").write_text('{"new": 1}')
    install.build_ui_if_stale()
    assert steps[2:] == ["npm ci", "npm run"]


def test_a_failed_ui_build_is_shown_and_stops_nothing(
    frontend: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise CannotStart("src/main.tsx:1 is wrong")

    monkeypatch.setattr(install, "run_step", fail)
    install.build_ui_if_stale()
    shown = capsys.readouterr().out
    assert "src/main.tsx:1 is wrong" in shown
    assert "THE UI WAS NOT BUILT" in shown


def test_the_minimum_node_version_is_that_of_package_json(frontend: Path) -> None:
    assert install.read_min_node_version() == (22, 18, 0)


def test_a_step_that_goes_well_is_quiet_and_timed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run_step("Counting", [sys.executable, "-c", "print('noise')"], cwd=tmp_path)
    begun, done = capsys.readouterr().out.splitlines()
    assert begun == "Counting ..."
    assert done.startswith("Counting: done in ")


def test_a_step_that_fails_shows_all_it_printed(tmp_path: Path) -> None:
    with pytest.raises(CannotStart) as failure:
        run_step(
            "Counting",
            [sys.executable, "-c", "print('first', flush=True); raise SystemExit('last')"],
            cwd=tmp_path,
        )
    assert "first\nlast" in str(failure.value)
    assert "Counting failed (exit status 1" in str(failure.value)


def test_a_step_whose_program_is_missing_says_so(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match=r"Counting: .*no-such-program"):
        run_step("Counting", ["no-such-program"], cwd=tmp_path)


def test_a_hash_depends_on_names_and_contents_and_not_on_their_order(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("a")
    two.write_text("b")
    before = hash_files([one, two], tmp_path)
    assert hash_files([two, one], tmp_path) == before
    one.write_text("b")
    two.write_text("a")
    assert hash_files([one, two], tmp_path) != before


def test_the_set_up_leaves_no_lock_behind(tmp_path: Path) -> None:
    with hold_lock(tmp_path):
        pass
    with hold_lock(tmp_path):
        assert list(tmp_path.iterdir()) == []

"""Somebody follows docs/handlers.md in a checkout of their own, as far as no server is needed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import environment
from tests.support.tracked import ROOT, list_tracked_files
from tests.support.tutorial import COMMANDS, FILES, find_command

NAME = "resize_images"
# Each runs a test run of its own, which may take long on a busy machine.
pytestmark = pytest.mark.timeout(400)
RUN_ON_A_PLATFORM = ["import_templates", "jobs create"]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which a handler was begun."""
    copy = tmp_path_factory.mktemp("tutorial")
    for file in list_tracked_files(":!frontend", ":!docs"):
        target = copy / file.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)
    typed(copy, find_command("new_handler"))
    return copy


def typed(checkout: Path, line: str) -> str:
    """What the command prints; `make test` without its set-up, which is this environment's."""
    words = line.replace("make test ARGS=", ".venv/bin/python -m pytest ").split()
    done = subprocess.run(
        [sys.executable, *words[1:]],
        cwd=checkout,
        env={
            **environment.copy_without_settings(),
            "STATE_DIR": str(checkout / "none"),
            "PYTHONPATH": str(checkout),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_command_of_the_page_is_tried_by_a_test() -> None:
    tried_here = [find_command("new_handler"), find_command("make test")]
    assert [*tried_here, *map(find_command, RUN_ON_A_PLATFORM)] == COMMANDS
    assert '.venv/bin/python -m pytest $(PARALLEL) -m "not long" $(ARGS)' in (ROOT / "Makefile").read_text()


def test_what_new_handler_wrote_passes_its_own_test_and_the_linter(checkout: Path) -> None:
    assert "4 passed" in typed(checkout, find_command("make test"))
    for check in (["check"], ["format", "--check"]):
        written = [f"handlers/{NAME}.py", f"tests/unit/test_{NAME}.py"]
        typed(checkout, " ".join([".venv/bin/python", "-m", "ruff", *check, *written]))


def test_it_writes_the_very_files_that_the_page_changes(checkout: Path) -> None:
    assert set(FILES) == {f"handlers/{NAME}.py", f"handlers/{NAME}.json", f"tests/unit/test_{NAME}.py"}
    assert all((checkout / name).exists() for name in FILES)


def test_the_files_of_the_page_pass_the_test_of_the_page(checkout: Path) -> None:
    for name, content in FILES.items():
        (checkout / name).write_text(content)
    assert "5 passed" in typed(checkout, find_command("make test"))

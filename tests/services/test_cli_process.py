"""The `jobs` commands as Celery starts them: by entry point, before Django is set up."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.support.ports import ReservedPort

CHECKOUT = Path(__file__).parents[2]


def celery(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "celery", *words]
    env = {**os.environ, **settings}
    return subprocess.run(command, env=env, cwd=CHECKOUT, capture_output=True, text=True, timeout=60)


def test_without_an_app_it_says_what_is_missing() -> None:
    done = celery("jobs", "list")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1] == "Error: Say whose jobs: celery -A scheduler_project jobs ..."


def test_a_database_that_is_away_is_told_in_one_sentence() -> None:
    port = ReservedPort()
    done = celery(
        "-A",
        "scheduler_project",
        "jobs",
        "list",
        DATABASE_URL=f"postgresql://nobody@127.0.0.1:{port.number}/none",
    )
    [line] = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (1, "")
    assert line.startswith("The database cannot be used: ")
    assert str(port.number) in line

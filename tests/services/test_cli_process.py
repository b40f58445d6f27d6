"""The `jobs` commands as Celery starts them: by entry point, before Django is set up."""

from __future__ import annotations

import json
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
    assert (done.returncode, done.stdout) == (64, "")
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
    assert (done.returncode, done.stdout) == (4, "")
    assert line.startswith("The database cannot be used: ")
    assert str(port.number) in line


def test_an_output_that_cannot_be_written_is_told_in_one_sentence() -> None:
    command = [sys.executable, "-m", "celery", "-A", "scheduler_project", "jobs", "list", "--help"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command, cwd=CHECKOUT, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False
        )
    assert (done.returncode, "Traceback" in done.stderr) == (4, False)
    assert done.stderr.splitlines()[0].startswith("The output cannot be written: ")


def test_with_json_a_database_that_is_away_is_one_document_beside_the_sentence() -> None:
    url = f"postgresql://nobody@127.0.0.1:{ReservedPort().number}/none"
    done = celery("-A", "scheduler_project", "jobs", "list", "--json", DATABASE_URL=url)
    answer, [line] = json.loads(done.stdout), done.stderr.splitlines()
    assert (done.returncode, answer["type"]) == (4, "server_error")
    assert [(one["code"], one["detail"]) for one in answer["errors"]] == [("database_unavailable", line)]


def test_with_json_what_celery_hands_on_wrongly_is_one_document_beside_the_sentence() -> None:
    done = celery("-A", "scheduler_project", "jobs", "list", "--json", "--nonsense")
    [problem] = json.loads(done.stdout)["errors"]
    assert (done.returncode, problem["code"]) == (64, "wrong_use")
    assert done.stderr.splitlines()[-1] == f"Error: {problem['detail']}"

"""`celery -A scheduler_project jobs log`."""

from __future__ import annotations

import json

import pytest

from foundation.strict_json import dump_json
from jobs.cli import follow, log, log_lines
from jobs.transitions import Attempt
from tests import factories
from tests.support import attempts
from tests.support.shell import run_jobs_command

pytestmark = pytest.mark.django_db


@pytest.fixture
def attempt() -> Attempt:
    return factories.running()


def test_it_prints_the_lines_stored_by_now(attempt: Attempt) -> None:
    attempts.append_log(attempt, "one", "two [b]")
    lines = run_jobs_command("log", attempt.job_id).out.splitlines()
    assert lines == ["2026-01-31T12:00:00Z info    one", "2026-01-31T12:00:00Z info    two [b]"]


def test_after_leaves_out_what_was_read(attempt: Attempt) -> None:
    attempts.append_log(attempt, "one", "two", "three")
    answer = run_jobs_command("log", attempt.job_id, "--after", 2, "--json").json
    assert ([line["text"] for line in answer["lines"]], answer["next"]) == (["three"], 3)


def test_it_reads_on_where_a_page_ends(attempt: Attempt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_lines, "LINES_PER_QUERY", 2)
    for text in ("one", "two", "three"):
        attempts.append_log(attempt, text, f"{text} again")
    assert len(run_jobs_command("log", attempt.job_id).out.splitlines()) == 6


def test_following_it_goes_on_until_the_end(attempt: Attempt, monkeypatch: pytest.MonkeyPatch) -> None:
    attempts.append_log(attempt, "one")
    lives = iter(["two", None])

    def pause(_seconds: float) -> None:
        text = next(lives)
        if text:
            attempts.append_log(attempt, text)
        else:
            attempts.append_log(attempt, "three")
            factories.finish(attempt)

    monkeypatch.setattr(follow, "pause", pause)
    lines = run_jobs_command("log", "-f", attempt.job_id).out.splitlines()
    assert [line.split()[-1] for line in lines] == ["one", "two", "three"]


def test_following_it_with_json_each_line_is_a_document_as_it_comes(
    attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts.append_log(attempt, "one")
    seen: list[list[str]] = []

    def printed(line: object) -> None:
        seen[-1].append(json.loads(dump_json(line))["text"])

    def pause(_seconds: float) -> None:
        seen.append([])
        attempts.append_log(attempt, "two" if len(seen) == 2 else "three")
        if len(seen) == 3:
            factories.finish(attempt)

    seen.append([])
    monkeypatch.setattr(log, "print_json", printed)
    monkeypatch.setattr(follow, "pause", pause)
    assert run_jobs_command("log", "-f", "--json", attempt.job_id).status == 0
    assert seen == [["one"], ["two"], ["three"]]


def test_following_it_with_json_a_line_says_what_the_api_says_of_it(attempt: Attempt) -> None:
    attempts.append_log(attempt, "one", "two")
    factories.finish(attempt)
    answer = run_jobs_command("log", "-f", "--json", attempt.job_id)
    lines = [json.loads(line) for line in answer.out.splitlines()]
    assert lines == run_jobs_command("log", "--json", attempt.job_id).json["lines"]
    assert [(line["n"], line["text"]) for line in lines] == [(1, "one"), (2, "two")]
    assert lines[0].keys() == {"n", "time", "level", "attempt", "text"}


def test_it_says_where_lines_are_left_out(attempt: Attempt) -> None:
    attempts.append_log(attempt, "one")
    attempts.append_log(attempt, "fifty", skipped=48)
    lines = run_jobs_command("log", attempt.job_id).out.splitlines()
    assert [line[29:65] for line in lines] == ["one", "48 lines are left out here: an attem", "fifty"]
    assert run_jobs_command("log", attempt.job_id, "--after", 30, "--json").json["lines"][0]["n"] == 49


def test_a_job_without_a_log_prints_nothing(attempt: Attempt) -> None:
    assert run_jobs_command("log", attempt.job_id).out == ""
    assert run_jobs_command("log", attempt.job_id, "--json").json == {"lines": [], "next": 0}

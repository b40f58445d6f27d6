"""`celery -A scheduler_project jobs log`."""

from __future__ import annotations

import pytest

from jobs.cli import follow, log_lines
from jobs.transitions import Attempt
from tests import factories
from tests.support import attempts
from tests.support.shell import typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def attempt() -> Attempt:
    return factories.running()


def test_it_prints_the_lines_stored_by_now(attempt: Attempt) -> None:
    attempts.log(attempt, "one", "two [b]")
    lines = typed("log", attempt.job_id).out.splitlines()
    assert lines == ["2026-01-31T12:00:00Z info    one", "2026-01-31T12:00:00Z info    two [b]"]


def test_after_leaves_out_what_was_read(attempt: Attempt) -> None:
    attempts.log(attempt, "one", "two", "three")
    answer = typed("log", attempt.job_id, "--after", 2, "--json").json
    assert ([line["text"] for line in answer["lines"]], answer["next"]) == (["three"], 3)


def test_it_reads_on_where_a_page_ends(attempt: Attempt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_lines, "LINES_AT_ONCE", 2)
    for text in ("one", "two", "three"):
        attempts.log(attempt, text, f"{text} again")
    assert len(typed("log", attempt.job_id).out.splitlines()) == 6


def test_following_it_goes_on_until_the_end(attempt: Attempt, monkeypatch: pytest.MonkeyPatch) -> None:
    attempts.log(attempt, "one")
    lives = iter(["two", None])

    def pause(_seconds: float) -> None:
        text = next(lives)
        if text:
            attempts.log(attempt, text)
        else:
            attempts.log(attempt, "three")
            factories.finish(attempt)

    monkeypatch.setattr(follow, "pause", pause)
    lines = typed("log", "-f", attempt.job_id).out.splitlines()
    assert [line.split()[-1] for line in lines] == ["one", "two", "three"]


def test_a_job_without_a_log_prints_nothing(attempt: Attempt) -> None:
    assert typed("log", attempt.job_id).out == ""
    assert typed("log", attempt.job_id, "--json").json == {"lines": [], "next": 0}

"""A job's log: numbered lines in chunks, written by the attempt that runs."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from jobs import queries, transitions
from jobs.running import reporter as reporter_module
from jobs.running.reporter import Reporter
from jobs.transitions import Attempt
from tests.factories import finish, frozen, job, kinds, running

pytestmark = pytest.mark.django_db


def line(text: str, level: str = "info") -> dict[str, Any]:
    return {"time": "2026-01-31T12:00:00Z", "level": level, "attempt": 1, "text": text}


def append(attempt: Attempt, *texts: str) -> bool:
    lines = [line(text) for text in texts]
    return transitions.append_log(job_id=attempt.job_id, lease=attempt.lease, lines=lines)


def read(attempt: Attempt, after: int = 0, limit: int = 1000) -> list[tuple[int, str]]:
    lines = queries.log_lines(attempt.job_id, after=after, limit=limit)
    return [(one["n"], one["text"]) for one in lines]


def test_lines_are_numbered_from_one_across_chunks() -> None:
    attempt = running()
    assert append(attempt, "a", "b")
    assert append(attempt, "c")
    assert read(attempt) == [(1, "a"), (2, "b"), (3, "c")]


def test_a_line_keeps_time_level_attempt_and_text() -> None:
    attempt = running()
    transitions.append_log(
        job_id=attempt.job_id, lease=attempt.lease, lines=[line("ü 'x' %s \\u0000 {}", level="error")]
    )
    (found,) = queries.log_lines(attempt.job_id, after=0, limit=10)
    assert found == line("ü 'x' %s \\u0000 {}", level="error") | {"n": 1}


@pytest.mark.parametrize(
    ("after", "limit", "expected"),
    [
        (0, 10, [1, 2, 3, 4, 5]),
        (1, 10, [2, 3, 4, 5]),
        (2, 10, [3, 4, 5]),
        (3, 1, [4]),
        (5, 10, []),
        (99, 10, []),
    ],
)
def test_it_is_read_on_from_any_line(after: int, limit: int, expected: list[int]) -> None:
    attempt = running()
    append(attempt, "1", "2", "3")
    append(attempt, "4", "5")
    assert [n for n, _ in read(attempt, after, limit)] == expected


def test_lines_are_announced_and_are_no_change_of_the_job() -> None:
    attempt = running()
    version = job(attempt.job_id).version
    append(attempt, "a", "b")
    assert kinds(attempt.job_id)[-1] == "job_log"
    assert job(attempt.job_id).version == version


def test_an_attempt_without_the_lease_writes_no_line() -> None:
    attempt = running()
    append(attempt, "a")
    before = frozen(attempt.job_id)
    assert not transitions.append_log(job_id=attempt.job_id, lease=uuid.uuid4(), lines=[line("forged")])
    finish(attempt)
    assert not append(attempt, "late")
    assert read(attempt) == [(1, "a")]
    assert frozen(attempt.job_id)["log_lines"] == before["log_lines"] == 1


def test_the_reporter_stores_what_was_left_with_it_in_order() -> None:
    attempt = running()
    reporter = Reporter(attempt)
    reporter.log("info", "one\ntwo")
    reporter.progress(30, "on it")
    reporter.log("error", "three")
    assert reporter.pending
    assert read(attempt) == []
    reporter.flush()
    assert not reporter.pending
    assert [text for _, text in read(attempt)] == ["one", "two", "three"]
    assert (job(attempt.job_id).completion_percentage, job(attempt.job_id).progress_message) == (30, "on it")


def test_the_reporter_keeps_only_what_can_be_stored() -> None:
    attempt = running()
    reporter = Reporter(attempt)
    reporter.log("info", "a\0b \ud800 c")
    reporter.log("info", "")
    reporter.progress(1, "x\0y\ud800")
    reporter.flush()
    assert [text for _, text in read(attempt)] == ["a\\0b ? c", ""]
    assert job(attempt.job_id).progress_message == "x\\0y?"


def test_the_reporter_cuts_long_lines_and_says_how_many_it_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporter_module, "MOST_LINES", 3)
    attempt = running()
    reporter = Reporter(attempt)
    reporter.log("info", "x" * 10_000)
    for number in range(4):
        reporter.log("info", str(number))
    reporter.flush(last=True)
    texts = [text for _, text in read(attempt)]
    assert [len(texts[0]), *texts[1:3]] == [reporter_module.LONGEST_LINE, "0", "1"]
    assert texts[3] == "2 more lines were not kept: an attempt's log holds 3 lines, 4 MB in all."


def test_the_reporter_keeps_so_much_text_and_counts_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporter_module, "MOST_CHARACTERS", 1000)
    attempt = running()
    reporter = Reporter(attempt)
    for _ in range(3):
        reporter.log("info", "x" * 600)
    reporter.log("info", "one\ntwo\nthree")
    reporter.flush(last=True)
    texts = [text for _, text in read(attempt)]
    assert [len(text) for text in texts[:2]] == [600, 600]
    assert len(texts) == 3
    assert texts[2].startswith("4 more lines were not kept")

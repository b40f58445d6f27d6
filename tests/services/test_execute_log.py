"""A job's log: numbered lines in chunks, written by the attempt that runs."""

from __future__ import annotations

import uuid

import pytest

from jobs import transitions
from jobs.read import queries, records
from jobs.read.shapes import job_at_event
from jobs.running import reporter as reporter_module
from jobs.running.reporter import Reporter
from tests.factories import finish, frozen, job, kinds, number_events, running
from tests.services.log_of_attempts import append, line, read

pytestmark = pytest.mark.django_db


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
    (found,) = records.log_lines(attempt.job_id, after=0, limit=10)
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


def test_the_feed_tells_of_lines_with_the_job_as_it_was_then() -> None:
    attempt = running()
    append(attempt, "a")
    version = job(attempt.job_id).version
    finish(attempt)
    number_events()
    events = [event for event in records.events_after(0, limit=100) if event["kind"] == "job_log"]
    reported = [job_at_event(event, facts=queries.waiting_facts()) for event in events]
    assert [(one["state"], one["version"]) for one in reported] == [("running", version)]


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
    assert reporter.has_pending
    assert read(attempt) == []
    reporter.flush()
    assert not reporter.has_pending
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


def test_the_reporter_cuts_long_lines() -> None:
    attempt = running()
    reporter = Reporter(attempt)
    reporter.log("info", "x" * 10_000)
    reporter.flush()
    assert [len(text) for _, text in read(attempt)] == [reporter_module.MAX_LINE]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10%\r20%\r100%", ["100%"]),
        ("10%\r100%\r", ["100%"]),
        ("one\r\ntwo\r\n", ["one", "two"]),
        ("a\rb\n\nc\rd", ["b", "", "d"]),
        ("\x1b[32mgreen\x1b[0m\r\x1b[31mred\x1b[0m", ["\x1b[31mred\x1b[0m"]),
        ("\r\r", [""]),
        ("page\x0cbreak", ["page", "break"]),
    ],
    ids=[
        "drawn_again",
        "returned_at_the_end",
        "line_ends_of_windows",
        "in_several_lines",
        "colours",
        "nothing",
        "others",
    ],
)
def test_carriage_returns_take_one_line(text: str, expected: list[str]) -> None:
    attempt = running()
    reporter = Reporter(attempt)
    reporter.log("info", text)
    reporter.flush()
    assert [found for _, found in read(attempt)] == expected

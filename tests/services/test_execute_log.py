"""A job's log: numbered lines in chunks, written by the attempt that runs."""

from __future__ import annotations

import dataclasses
import uuid
from typing import Any

import pytest

from jobs import transitions
from jobs.dispatcher.relay import number_events
from jobs.models import LogChunk
from jobs.read import queries
from jobs.read.shapes import job_at_event
from jobs.running import log_buffer
from jobs.running import reporter as reporter_module
from jobs.running.reporter import Reporter
from jobs.transitions import Attempt
from tests.factories import finish, frozen, job, kinds, running

pytestmark = pytest.mark.django_db


def line(text: str, level: str = "info") -> dict[str, Any]:
    return {"time": "2026-01-31T12:00:00Z", "level": level, "attempt": 1, "text": text}


def append(attempt: Attempt, *texts: str) -> int | None:
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


def test_the_feed_tells_of_lines_with_the_job_as_it_was_then() -> None:
    attempt = running()
    append(attempt, "a")
    version = job(attempt.job_id).version
    finish(attempt)
    number_events()
    events = [event for event in queries.events_after(0, limit=100) if event["kind"] == "job_log"]
    reported = [
        job_at_event(event["job"], event["snapshot"], facts=queries.waiting_facts()) for event in events
    ]
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


@pytest.fixture
def small_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps the first 3 lines and the last 10, in chunks of 2."""
    monkeypatch.setattr(log_buffer, "FIRST_LINES", 3)
    monkeypatch.setattr(log_buffer, "LAST_LINES", 10)
    monkeypatch.setattr(log_buffer, "LINES_PER_CHUNK", 2)


def left_out(count: int) -> str:
    many = f"{count:,} lines are left out here" if count > 1 else "1 line is left out here"
    return f"{many}: an attempt's log keeps its first 2,000 and last 20,000 lines, 8 MB in all."


def say(reporter: Reporter, numbers: range) -> None:
    for number in numbers:
        reporter.log("info", f"line {number}")


@pytest.mark.usefixtures("small_log")
class TestOfManyLines:
    """The first and the last lines are kept. Line numbers count all of them, and one line reports the gap."""

    def test_the_middle_is_left_out_and_said_so(self) -> None:
        attempt = running()
        reporter = Reporter(attempt)
        say(reporter, range(1, 101))
        reporter.flush(last=True)
        assert read(attempt) == [
            *((n, f"line {n}") for n in (1, 2, 3)),
            (90, left_out(87)),
            *((n, f"line {n}") for n in range(91, 101)),
        ]
        assert job(attempt.job_id).log_lines == 100

    def test_that_holds_however_often_they_were_stored_meanwhile(self) -> None:
        attempt = running()
        reporter = Reporter(attempt)
        for end in range(7, 101, 7):
            say(reporter, range(end - 6, end + 1))
            reporter.flush()
        say(reporter, range(99, 101))
        reporter.flush(last=True)
        assert read(attempt)[:3] == [(n, f"line {n}") for n in (1, 2, 3)]
        assert read(attempt)[-11:] == [(90, left_out(87)), *((n, f"line {n}") for n in range(91, 101))]
        assert len(read(attempt)) == 14

    def test_the_last_lines_are_as_many_as_promised_wherever_chunks_begin(self) -> None:
        attempt = running()
        reporter = Reporter(attempt)
        for begin, end in ((1, 4), (5, 11), (12, 17)):
            say(reporter, range(begin, end + 1))
            reporter.flush(last=True)
        assert read(attempt) == [
            *((n, f"line {n}") for n in (1, 2, 3)),
            (7, left_out(4)),
            *((n, f"line {n}") for n in range(8, 18)),
        ]

    def test_no_gap_is_reported_where_there_is_none(self) -> None:
        attempt = running()
        reporter = Reporter(attempt)
        say(reporter, range(1, 14))
        reporter.flush(last=True)
        assert read(attempt) == [(n, f"line {n}") for n in range(1, 14)]

    def test_a_live_reader_gets_a_note_of_lines_dropped_before_it_read_them(self) -> None:
        attempt = running()
        reporter = Reporter(attempt)
        seen, after = [], 0
        for end in (5, 40, 80):
            say(reporter, range(end - 4 if end == 5 else end - 34 if end == 40 else 41, end + 1))
            reporter.flush()
            new = read(attempt, after)
            seen += new
            after = seen[-1][0]
        reporter.flush(last=True)
        seen += read(attempt, after)
        numbers = [n for n, _ in seen]
        assert numbers == sorted(set(numbers))
        missing = 80 - len([text for _, text in seen if text.startswith("line")])
        assert missing > 0
        reported = [int(text.split()[0]) for _, text in seen if "left out" in text]
        assert sum(reported) == missing
        assert seen[-10:] == [(n, f"line {n}") for n in range(71, 81)]

    def test_each_attempt_has_its_own_first_and_last_lines(self) -> None:
        attempt = running()
        for number in (1, 2):
            reporter = Reporter(dataclasses.replace(attempt, number=number))
            say(reporter, range(1, 51))
            reporter.flush(last=True)
        numbers = [n for n, _ in read(attempt)]
        once = [1, 2, 3, 40, *range(41, 51)]
        assert numbers == [*once, *(n + 50 for n in once)]

    def test_a_page_may_end_anywhere(self) -> None:
        attempt = running()
        reporter = Reporter(attempt)
        say(reporter, range(1, 51))
        reporter.flush(last=True)
        seen, after = [], 0
        while page := read(attempt, after, limit=1):
            seen += page
            after = page[-1][0]
        assert seen == read(attempt)

    def test_a_fenced_attempt_leaves_nothing_out(self) -> None:
        attempt = running()
        append(attempt, "a", "b")
        transitions.delete_log_chunks(job_id=attempt.job_id, lease=uuid.uuid4(), first_numbers=[1])
        transitions.trim_log_chunk(job_id=attempt.job_id, lease=uuid.uuid4(), first=1, keep_from=2)
        assert read(attempt) == [(1, "a"), (2, "b")]

    def test_the_feed_tells_the_gap_with_the_lines_behind_it(self) -> None:
        attempt = running()
        reporter = Reporter(attempt)
        say(reporter, range(1, 51))
        reporter.flush(last=True)
        number_events()
        events = [event for event in queries.events_after(0, limit=100) if event["kind"] == "job_log"]
        reported = [(line["n"], line["text"]) for event in events for line in event["lines"]]
        assert reported == read(attempt)

    def test_the_feed_tells_of_lines_that_are_left_out_since_they_were_announced(self) -> None:
        attempt = running()
        reporter = Reporter(attempt)
        for end in (20, 40, 60, 80):
            say(reporter, range(end - 19, end + 1))
            reporter.flush()
        reporter.flush(last=True)
        number_events()
        events = [event for event in queries.events_after(0, limit=100) if event["kind"] == "job_log"]
        after = 0
        for line in (line for event in events for line in event["lines"]):
            gap = int(line["text"].split()[0]) if "left out" in line["text"] else 1
            assert line["n"] == after + gap
            after = line["n"]
        assert after == 80


def test_a_million_lines_are_no_million_lines_written(monkeypatch: pytest.MonkeyPatch) -> None:
    written = []
    append_log = transitions.append_log

    def counted(**what: Any) -> int | None:
        written.append(len(what["lines"]))
        return append_log(**what)

    monkeypatch.setattr(transitions, "append_log", counted)
    attempt = running()
    reporter = Reporter(attempt)
    for number in range(1, 300_001):
        reporter.log("info", str(number))
        if number % 30_000 == 0:
            reporter.flush()
    reporter.flush(last=True)
    assert sum(written) <= 22_000 + 10 * reporter_module.MAX_CHUNKS_PER_FLUSH * log_buffer.LINES_PER_CHUNK
    assert LogChunk.objects.filter(job_id=attempt.job_id).count() <= 45
    found = read(attempt, limit=30_000)
    assert [n for n, _ in found] == [*range(1, 2001), 280_000, *range(280_001, 300_001)]
    assert found[2000][1] == left_out(278_000)


def test_long_lines_at_the_beginning_leave_room_for_the_end() -> None:
    attempt = running()
    reporter = Reporter(attempt)
    for _ in range(3000):
        reporter.log("info", "\U0001f600" * 2000)
    reporter.log("info", "the end")
    reporter.flush(last=True)
    texts = [text for _, text in read(attempt, limit=30_000)]
    assert texts[-1] == "the end"
    assert sum("left out" in text for text in texts) == 1
    size = sum(len(text.encode()) for text in texts)
    assert 7.5 * 1024 * 1024 < size <= 8 * 1024 * 1024 + 200


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

"""The first and the last lines of an attempt's log are kept, and what is left out between them is reported."""

from __future__ import annotations

import dataclasses
import uuid
from typing import Any

import pytest

from jobs import transitions
from jobs.models import LogChunk
from jobs.read import records
from jobs.running import log_buffer
from jobs.running import reporter as reporter_module
from jobs.running.reporter import Reporter
from tests.factories import job, number_events, running
from tests.services.log_of_attempts import append, read

pytestmark = pytest.mark.django_db


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
        events = [event for event in records.events_after(0, limit=100) if event["kind"] == "job_log"]
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
        events = [event for event in records.events_after(0, limit=100) if event["kind"] == "job_log"]
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

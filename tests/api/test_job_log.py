"""GET /api/v1/jobs/{job_id}/log/?after=n"""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from jobs import transitions
from jobs.transitions import Attempt
from tests.api.caller import Caller, refused
from tests.factories import running, scheduled

pytestmark = pytest.mark.django_db


def write(attempt: Attempt, *texts: str) -> None:
    lines = [
        {"time": "2026-01-31T12:00:00.5Z", "level": "info", "attempt": attempt.number, "text": text}
        for text in texts
    ]
    transitions.append_log(job_id=attempt.job_id, lease=attempt.lease, lines=lines)


def read(caller: Caller, job_id: uuid.UUID, **query: Any) -> Any:
    answer = caller.get(f"jobs/{job_id}/log/", query)
    assert answer.status_code == 200
    return answer.json()


def test_lines_come_numbered_with_time_level_attempt_and_text(viewer: Caller) -> None:
    attempt = running()
    write(attempt, "ü", "two")
    assert read(viewer, attempt.job_id) == {
        "lines": [
            {"n": 1, "time": "2026-01-31T12:00:00.5Z", "level": "info", "attempt": 1, "text": "ü"},
            {"n": 2, "time": "2026-01-31T12:00:00.5Z", "level": "info", "attempt": 1, "text": "two"},
        ],
        "next": 2,
    }


def test_a_reader_that_follows_next_sees_each_line_once(viewer: Caller) -> None:
    attempt = running()
    for number in range(10):
        write(attempt, f"{number} a", f"{number} b")
    seen, after = [], 0
    while True:
        page = read(viewer, attempt.job_id, after=after, limit=3)
        if not page["lines"]:
            break
        seen += [line["n"] for line in page["lines"]]
        after = page["next"]
    assert seen == list(range(1, 21))
    assert page["next"] == 20


def test_lines_that_come_later_are_read_from_where_it_ended(viewer: Caller) -> None:
    attempt = running()
    write(attempt, "one")
    after = read(viewer, attempt.job_id)["next"]
    write(attempt, "two")
    assert [line["text"] for line in read(viewer, attempt.job_id, after=after)["lines"]] == ["two"]


def test_a_job_without_a_log_has_no_lines(viewer: Caller) -> None:
    assert read(viewer, scheduled()) == {"lines": [], "next": 0}
    assert read(viewer, scheduled(), after=5) == {"lines": [], "next": 5}


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("after", "x", "type"),
        ("after", "1.5", "type"),
        ("after", "-1", "minimum"),
        ("after", "9" * 20, "maximum"),
        ("after", "9" * 5000, "maximum"),
        ("limit", "0", "minimum"),
        ("limit", "-0", "minimum"),
        ("limit", "1001", "maximum"),
    ],
)
def test_a_place_or_a_number_that_is_none_is_400(viewer: Caller, name: str, value: str, code: str) -> None:
    assert refused(viewer.get(f"jobs/{scheduled()}/log/", {name: value})) == (400, [(name, code)])


def test_an_unknown_job_is_404(viewer: Caller) -> None:
    assert refused(viewer.get(f"jobs/{uuid.uuid4()}/log/")) == (404, [("job_id", "not_found")])


def test_where_lines_are_left_out_numbers_jump_and_one_line_says_how_many(viewer: Caller) -> None:
    attempt = running()
    write(attempt, "one", "two")
    line = {"time": "2026-01-31T12:00:00.5Z", "level": "info", "attempt": 1, "text": "the end"}
    transitions.append_log(job_id=attempt.job_id, lease=attempt.lease, lines=[line], skipped=5_000)
    found = read(viewer, attempt.job_id, after=1)
    assert found["next"] == 5003
    assert [line["n"] for line in found["lines"]] == [2, 5002, 5003]
    assert found["lines"][1] == {
        "n": 5002,
        "time": "2026-01-31T12:00:00.5Z",
        "level": "warning",
        "attempt": 1,
        "text": "5,000 lines are left out here: an attempt's log keeps its first 2,000 and last 20,000 lines, "
        "8 MB in all.",
    }
    assert read(viewer, attempt.job_id, after=3000)["lines"][0]["text"].startswith("2,002 lines are left out")

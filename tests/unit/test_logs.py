"""How the platform's own log lines look, and what they carry."""

from __future__ import annotations

import json
import logging
import sys

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from foundation.log_fields import current_fields, log_fields
from scheduler_project.logs import JsonLines, OneLine
from scheduler_project.request_ids import RequestIdMiddleware

TEXT = OneLine("%(levelname)s %(name)s: %(message)s")


def record(text: str, *args: object, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord("jobs.test", logging.WARNING, "file.py", 1, text, args, None)
    made.__dict__ |= extra
    return made


def as_json(made: logging.LogRecord) -> dict[str, object]:
    line = JsonLines().format(made)
    assert "\n" not in line
    found: dict[str, object] = json.loads(line)
    return found


def test_a_json_line_has_time_level_logger_and_text() -> None:
    line = as_json(record("job %s failed", 7))
    assert line.pop("time")
    assert line == {"level": "WARNING", "logger": "jobs.test", "text": "job 7 failed"}


def test_a_json_line_carries_the_ids_of_the_run_it_belongs_to() -> None:
    with log_fields(job_id="a-job", attempt=2):
        line = as_json(record("database away"))
    assert (line["job_id"], line["attempt"]) == ("a-job", 2)
    assert "job_id" not in as_json(record("something else"))


def test_fields_of_the_line_itself_go_before_those_around_it() -> None:
    with log_fields(job_id="around"):
        assert as_json(record("x", job_id="own"))["job_id"] == "own"


def test_fields_are_those_of_before_when_the_inner_block_ends() -> None:
    with log_fields(request_id="r"):
        with pytest.raises(ValueError, match="x"), log_fields(job_id="j"):
            raise ValueError("x")
        assert current_fields() == {"request_id": "r"}
    assert current_fields() == {}


def test_a_line_break_in_a_text_forges_no_second_line() -> None:
    assert TEXT.format(record("a\nb\rc")) == "WARNING jobs.test: a\\nb\\rc"


def test_a_text_line_of_a_request_ends_with_its_id() -> None:
    with log_fields(request_id="r-1"):
        assert TEXT.format(record("database busy")) == "WARNING jobs.test: database busy (request r-1)"


def test_a_traceback_comes_after_the_id() -> None:
    made = record("it failed")
    try:
        raise ValueError("no")
    except ValueError:
        made.exc_info = sys.exc_info()
    with log_fields(request_id="r-1"):
        first, *_, last = TEXT.format(made).splitlines()
    assert (first, last) == ("WARNING jobs.test: it failed (request r-1)", "ValueError: no")


def answered(**headers: str) -> tuple[str, object]:
    """The id in the answer's header, and the one that log lines had meanwhile."""
    seen: list[object] = []

    def view(_request: HttpRequest) -> HttpResponse:
        seen.append(current_fields().get("request_id"))
        return HttpResponse()

    response = RequestIdMiddleware(view)(RequestFactory().get("/", headers=headers))
    return response.headers["X-Request-ID"], seen[0]


def test_a_request_gets_an_id_of_its_own_that_its_answer_tells() -> None:
    (one, logged), (other, _) = answered(), answered()
    assert one == logged
    assert len(one) == 32
    assert one != other


def test_an_id_that_came_with_it_is_kept() -> None:
    assert answered(**{"X-Request-ID": "proxy-7.a_b"}) == ("proxy-7.a_b", "proxy-7.a_b")


@pytest.mark.parametrize(
    "given",
    ["a b", "x" * 65, "a\nb", "ü", '"', ""],
    ids=["space", "long", "lines", "umlaut", "quote", "empty"],
)
def test_one_that_could_forge_lines_is_not(given: str) -> None:
    assert answered(**{"X-Request-ID": given})[0] != given

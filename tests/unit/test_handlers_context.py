"""What a handler can do with `job`."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.context import InvalidPayload, Job, JobFailed, JobTerminated
from handlers.testing import MemoryReporter, TrialOutcome


def job_and_outcome(stop_after: int | None = None) -> tuple[Job, TrialOutcome]:
    outcome = TrialOutcome()
    return Job(id="j1", attempt=2, reporter=MemoryReporter(outcome, stop_after)), outcome


def test_it_knows_its_job_its_attempt_and_a_token_of_both() -> None:
    job, _ = job_and_outcome()
    assert (job.id, job.attempt, job.token) == ("j1", 2, "j1:2")


def test_it_reports_progress_in_whole_percent() -> None:
    job, outcome = job_and_outcome()
    job.progress(0)
    job.progress(33.9, "a third")
    job.progress(100, "done")
    assert outcome.progress == [(0, ""), (33, "a third"), (100, "done")]


def test_it_keeps_the_higher_percentage_and_the_newer_message() -> None:
    job, outcome = job_and_outcome()
    job.progress(60, "nearly")
    job.progress(20, "again")
    assert outcome.progress == [(60, "nearly"), (60, "again")]


@pytest.mark.parametrize("percent", [-1, 100.5, float("nan"), float("inf")])
def test_it_refuses_progress_outside_0_to_100(percent: float) -> None:
    job, outcome = job_and_outcome()
    with pytest.raises(ValueError, match="from 0 to 100"):
        job.progress(percent)
    assert outcome.progress == []


def test_it_formats_log_lines_as_logging_does() -> None:
    job, outcome = job_and_outcome()
    job.log("sent to user %s", 5)
    job.log("50% done")
    job.log("careful", level="WARNING")
    job.log("%(a)s", {"a": 1})
    assert outcome.log[:3] == [("info", "sent to user 5"), ("info", "50% done"), ("warning", "careful")]


@pytest.mark.parametrize(("fmt", "args"), [("%d users", ("many",)), ("%s and %s", (1,)), ("plain", (1, 2))])
def test_it_shows_the_parts_of_a_line_with_a_wrong_placeholder(fmt: str, args: tuple[object, ...]) -> None:
    job, outcome = job_and_outcome()
    job.log(fmt, *args)
    assert outcome.log == [("info", " ".join([fmt, *map(str, args)]))]


def test_it_refuses_an_unknown_level() -> None:
    job, _ = job_and_outcome()
    with pytest.raises(ValueError, match="debug, info, warning"):
        job.log("x", level="loud")


def test_a_checkpoint_raises_only_after_a_stop_was_requested() -> None:
    job, _ = job_and_outcome(stop_after=2)
    job.checkpoint()
    job.checkpoint()
    with pytest.raises(JobTerminated):
        job.checkpoint()


def test_a_stop_is_not_swallowed_by_a_handlers_except_exception() -> None:
    job, _ = job_and_outcome(stop_after=0)

    def careless() -> None:
        try:
            job.checkpoint()
        except Exception:  # noqa: BLE001 - the mistake this test is about
            pytest.fail("JobTerminated was swallowed")

    with pytest.raises(JobTerminated):
        careless()


def test_a_failure_asks_for_another_attempt_unless_told_otherwise() -> None:
    assert JobFailed("gateway busy").retry is True
    final = JobFailed("no such user", retry=False)
    assert final.retry is False
    assert str(final) == "no such user"


def test_a_refusal_says_which_fields_and_what_of_them() -> None:
    one, several = InvalidPayload("end", "too early"), InvalidPayload({"a": "odd", "": "too much"}, code="x")
    assert (one.problems, one.code, str(one)) == ({"end": "too early"}, "invalid", "end: too early")
    assert (several.problems, several.code, str(several)) == (
        {"a": "odd", "": "too much"},
        "x",
        "a: odd; too much",
    )


@pytest.mark.parametrize("arguments", [("end",), ({},), ({"end": 3},), ("end", None)])
def test_a_refusal_without_a_text_is_the_author_s_mistake(arguments: tuple[Any, ...]) -> None:
    with pytest.raises(TypeError, match="InvalidPayload"):
        InvalidPayload(*arguments)

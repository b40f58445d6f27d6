"""The outcome of an attempt, made from the report of its handler process."""

from __future__ import annotations

import dataclasses
import json
import uuid
from typing import Any

import pytest

from handlers._results import MAX_RESULT_BYTES
from handlers.context import JobFailed, JobTerminated
from jobs.running.attempt_outcome import (
    MAX_ERROR_BYTES,
    PREVIEW_CHARACTERS,
    Cause,
    failure_outcome,
    outcome_of,
    refused_result_outcome,
    stop_outcome,
)
from jobs.running.redaction import Redaction
from jobs.running.report import MAX_SENT_CHARACTERS, Report, report_exception, report_result
from jobs.states import Reason, State
from jobs.transitions import Attempt

ATTEMPT = Attempt(
    job_id=uuid.uuid4(),
    job_type="otp_send_job",
    payload={},
    number=1,
    lease=uuid.uuid4(),
    failures=0,
    max_attempts=1,
    retry_backoff_seconds=10,
    timeout_seconds=5,
    makes_room=False,
)
TWO_ATTEMPTS = dataclasses.replace(ATTEMPT, max_attempts=2)
ERROR = {"type": "ValueError", "message": "no such user", "traceback": "in line 3"}
SECRET = "hunter2-hunter2"


def raised(exc: BaseException) -> Report:
    """Returns the report of a handler that raised this."""
    try:
        raise exc
    except type(exc) as caught:
        return report_exception(caught)


@pytest.mark.parametrize("result", [None, {}, {"sent": True}, [1, 2.5, None], "done", 7, True, 2**70])
def test_what_was_returned_is_a_success_with_the_result_unrounded(result: Any) -> None:
    outcome = outcome_of(ATTEMPT, report_result(result))
    assert (outcome.state, outcome.result, outcome.retry_in) == (State.SUCCEEDED, result, None)
    assert type(outcome.result) is type(result)


def test_a_result_at_the_limit_is_kept_whole_and_one_above_it_is_cut_and_says_so() -> None:
    whole = "x" * (MAX_RESULT_BYTES - 2)
    assert outcome_of(ATTEMPT, report_result(whole)).result == whole
    cut = outcome_of(ATTEMPT, report_result(whole + "x")).result
    assert cut["truncated"] is True
    assert cut["bytes"] == MAX_RESULT_BYTES + 1
    assert whole.startswith(cut["preview"].removeprefix('"'))


def test_the_size_of_a_result_is_counted_in_bytes() -> None:
    assert (
        outcome_of(ATTEMPT, report_result("\U0001f600" * (MAX_RESULT_BYTES // 4))).result["truncated"] is True
    )


def test_a_result_that_was_cut_on_its_way_tells_its_whole_size() -> None:
    cut = outcome_of(ATTEMPT, report_result("x" * 2 * MAX_SENT_CHARACTERS)).result
    assert (cut["truncated"], cut["bytes"]) == (True, 2 * MAX_SENT_CHARACTERS + 2)
    assert len(cut["preview"]) == PREVIEW_CHARACTERS


def test_a_result_is_redacted_before_it_is_measured_and_before_it_is_cut() -> None:
    short = report_result(["abcd"] * (MAX_RESULT_BYTES // 10))
    assert outcome_of(ATTEMPT, short).result == ["abcd"] * (MAX_RESULT_BYTES // 10)
    assert outcome_of(ATTEMPT, short, redaction=Redaction(["abcd"])).result["truncated"] is True
    long = report_result("x" * (PREVIEW_CHARACTERS - 6) + SECRET + "x" * MAX_RESULT_BYTES)
    assert SECRET[:5] in outcome_of(ATTEMPT, long).result["preview"]
    assert SECRET[:4] not in outcome_of(ATTEMPT, long, redaction=Redaction([SECRET])).result["preview"]


def test_an_exception_fails_the_last_attempt_for_good() -> None:
    outcome = outcome_of(ATTEMPT, raised(ValueError("no such user")))
    assert (outcome.state, outcome.reason, outcome.retry_in) == (State.FAILED, Reason.ERROR, None)
    assert outcome.error is not None
    assert (outcome.error["type"], outcome.error["message"]) == ("ValueError", "no such user")
    assert "raise exc" in outcome.error["traceback"]


def test_an_exception_is_tried_again_while_attempts_are_left() -> None:
    outcome = failure_outcome(TWO_ATTEMPTS, ERROR)
    assert outcome.retry_in is not None
    assert 5 <= outcome.retry_in <= 10
    second = dataclasses.replace(TWO_ATTEMPTS, failures=1)
    assert failure_outcome(second, ERROR).retry_in is None


def test_runs_that_did_not_end_by_themselves_use_up_no_attempt() -> None:
    third_run_first_failure = dataclasses.replace(TWO_ATTEMPTS, number=3, failures=0)
    assert outcome_of(third_run_first_failure, raised(ValueError("x"))).retry_in is not None


def test_a_job_failed_with_retry_is_tried_again_and_without_it_is_not() -> None:
    assert outcome_of(TWO_ATTEMPTS, raised(JobFailed("busy"))).retry_in is not None
    assert outcome_of(TWO_ATTEMPTS, raised(JobFailed("gone", retry=False))).retry_in is None
    assert failure_outcome(TWO_ATTEMPTS, ERROR, final=True).retry_in is None


@pytest.mark.parametrize("exc", [MemoryError(), SystemExit(3), KeyboardInterrupt(), JobTerminated("no")])
def test_whatever_is_raised_is_a_failure_with_its_name(exc: BaseException) -> None:
    """Also a JobTerminated that nobody asked for."""
    outcome = outcome_of(ATTEMPT, raised(exc))
    assert outcome.state == State.FAILED
    assert outcome.error is not None
    assert outcome.error["type"] == type(exc).__name__


def test_a_long_message_keeps_its_head_and_its_tail() -> None:
    outcome = outcome_of(ATTEMPT, raised(ValueError("begin" + "x" * 100_000 + "end")))
    assert outcome.error is not None
    message = outcome.error["message"]
    assert message.startswith("begin")
    assert message.endswith("end")
    assert "cut here: 100008" in message
    assert len(message) < MAX_ERROR_BYTES


def test_an_error_is_redacted_before_it_is_cut() -> None:
    report = raised(ValueError("x" * (MAX_ERROR_BYTES // 4 - 6) + SECRET + "x" * 100_000))
    assert SECRET[:5] in str(outcome_of(ATTEMPT, report).error)
    assert SECRET[:4] not in str(outcome_of(ATTEMPT, report, redaction=Redaction([SECRET])).error)


def test_an_error_can_always_be_stored() -> None:
    outcome = outcome_of(ATTEMPT, raised(ValueError("a\0b \ud800")))
    assert outcome.error is not None
    assert "\0" not in outcome.error["message"]
    json.dumps(outcome.error, ensure_ascii=False).encode()


def test_a_stop_that_was_asked_for_is_terminated() -> None:
    for outcome in (
        stop_outcome(TWO_ATTEMPTS, "terminate"),
        outcome_of(TWO_ATTEMPTS, raised(JobTerminated()), "terminate"),
    ):
        assert (outcome.state, outcome.error, outcome.retry_in) == (State.TERMINATED, None, None)


def test_a_timeout_is_a_failure_that_is_tried_again_while_attempts_are_left() -> None:
    last = stop_outcome(ATTEMPT, "timeout")
    assert (last.state, last.reason, last.retry_in) == (State.FAILED, Reason.TIMEOUT, None)
    assert last.error is not None
    assert last.error["message"] == "The attempt took longer than 5 s."
    assert stop_outcome(TWO_ATTEMPTS, "timeout").retry_in is not None


@pytest.mark.parametrize("exc", [JobTerminated("a stop was requested"), ValueError("made of the stop")])
def test_after_its_time_was_over_whatever_is_raised_is_the_timeout(exc: BaseException) -> None:
    assert outcome_of(ATTEMPT, raised(exc), "timeout") == stop_outcome(ATTEMPT, "timeout")


def test_an_error_after_a_stop_request_is_still_an_error() -> None:
    """The transition stores `terminated` all the same, because a stop request wins there."""
    outcome = outcome_of(ATTEMPT, raised(ValueError("no such user")), "terminate")
    assert (outcome.state, outcome.reason) == (State.FAILED, Reason.ERROR)


@pytest.mark.parametrize("cause", ["terminate", "timeout"])
def test_a_handler_that_returned_before_it_saw_the_stop_has_succeeded(cause: Cause) -> None:
    assert outcome_of(ATTEMPT, report_result(7), cause).state == State.SUCCEEDED


def test_a_result_that_the_database_refuses_fails_the_job_and_is_not_tried_again() -> None:
    outcome = refused_result_outcome(TWO_ATTEMPTS, "number too large " + "9" * MAX_ERROR_BYTES)
    assert (outcome.state, outcome.reason, outcome.retry_in) == (State.FAILED, Reason.ERROR, None)
    assert outcome.error is not None
    assert outcome.error["type"] == "ResultRefused"
    assert outcome.error["message"].startswith("The database refused the result: number too large")
    assert len(outcome.error["message"]) < MAX_ERROR_BYTES

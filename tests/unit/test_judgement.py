"""How an attempt ended, from what its handler returned or raised."""

from __future__ import annotations

import dataclasses
import json
import uuid
from typing import Any

import pytest

from handlers.context import JobFailed, JobTerminated
from jobs.running.judgement import (
    ERROR_LIMIT_BYTES,
    RESULT_LIMIT_BYTES,
    describe,
    of_error,
    of_result,
    of_stop,
)
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


def caught(exc: BaseException) -> BaseException:
    """`exc` as it comes out of a handler, with a traceback."""
    try:
        raise exc
    except type(exc) as raised:
        return raised


@pytest.mark.parametrize("result", [None, {}, {"sent": True}, [1, 2.5, None], "done", 7, True, 2**70])
def test_a_json_result_is_a_success(result: Any) -> None:
    outcome = of_result(result)
    assert (outcome.state, outcome.result, outcome.retry_in) == (State.SUCCEEDED, result, None)


@pytest.mark.parametrize("result", [{1, 2}, object(), b"x", {"at": lambda: 0}, {(1, 2): 3}])
def test_a_result_that_is_not_json_is_a_type_error(result: Any) -> None:
    with pytest.raises(TypeError):
        of_result(result)


@pytest.mark.parametrize("result", [float("nan"), [float("inf")], "a\0b", {"\0": 1}, "\ud800", ["\udfff"]])
def test_a_result_that_postgres_cannot_keep_is_a_value_error(result: Any) -> None:
    with pytest.raises(ValueError, match=r"NUL|JSON compliant|surrogates"):
        of_result(result)


def test_a_result_that_holds_itself_is_refused() -> None:
    ring: list[Any] = []
    ring.append(ring)
    with pytest.raises(ValueError, match="Circular"):
        of_result(ring)


def test_a_result_that_only_spells_a_nul_is_kept() -> None:
    assert of_result(r"\u0000").result == r"\u0000"


def test_a_result_at_the_limit_is_kept_whole_and_one_above_it_is_cut_and_says_so() -> None:
    whole = "x" * (RESULT_LIMIT_BYTES - 2)
    assert of_result(whole).result == whole
    cut = of_result(whole + "x").result
    assert cut["truncated"] is True
    assert cut["bytes"] == RESULT_LIMIT_BYTES + 1
    assert whole.startswith(cut["preview"].removeprefix('"'))


def test_the_size_of_a_result_is_counted_in_bytes() -> None:
    assert of_result("\U0001f600" * (RESULT_LIMIT_BYTES // 4)).result["truncated"] is True


def test_an_exception_fails_the_last_attempt_for_good() -> None:
    outcome = of_error(ATTEMPT, caught(ValueError("no such user")))
    assert (outcome.state, outcome.reason, outcome.retry_in) == (State.FAILED, Reason.ERROR, None)
    assert outcome.error is not None
    assert (outcome.error["type"], outcome.error["message"]) == ("ValueError", "no such user")
    assert "raise exc" in outcome.error["traceback"]


def test_an_exception_is_tried_again_while_attempts_are_left() -> None:
    outcome = of_error(TWO_ATTEMPTS, caught(ValueError("no such user")))
    assert outcome.retry_in is not None
    assert 5 <= outcome.retry_in <= 10
    second = dataclasses.replace(TWO_ATTEMPTS, failures=1)
    assert of_error(second, caught(ValueError("again"))).retry_in is None


def test_runs_lost_with_their_worker_use_up_no_attempt() -> None:
    third_run_first_failure = dataclasses.replace(TWO_ATTEMPTS, number=3, failures=0)
    assert of_error(third_run_first_failure, caught(ValueError("x"))).retry_in is not None


def test_a_job_failed_with_retry_is_tried_again_and_without_it_is_not() -> None:
    assert of_error(TWO_ATTEMPTS, caught(JobFailed("busy"))).retry_in is not None
    assert of_error(TWO_ATTEMPTS, caught(JobFailed("gone", retry=False))).retry_in is None


def test_a_job_failed_shows_its_reason_and_no_traceback() -> None:
    assert describe(caught(JobFailed("the mailbox is full"))) == {
        "type": "JobFailed",
        "message": "the mailbox is full",
        "traceback": "",
    }


@pytest.mark.parametrize("exc", [MemoryError(), SystemExit(3), KeyboardInterrupt(), JobTerminated("no")])
def test_whatever_is_raised_is_a_failure_with_its_name(exc: BaseException) -> None:
    outcome = of_error(ATTEMPT, caught(exc))
    assert outcome.state == State.FAILED
    assert outcome.error is not None
    assert outcome.error["type"] == type(exc).__name__


def test_an_exception_whose_own_text_fails_is_still_told() -> None:
    class Broken(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    described = describe(caught(Broken()))
    assert described["type"] == "Broken"
    assert "RuntimeError" in described["message"]


def test_a_long_message_keeps_its_head_and_its_tail() -> None:
    message = describe(caught(ValueError("begin" + "x" * 100_000 + "end")))["message"]
    assert message.startswith("begin")
    assert message.endswith("end")
    assert "cut here: 100008" in message
    assert len(message) < ERROR_LIMIT_BYTES


def test_an_error_can_always_be_stored() -> None:
    described = describe(caught(ValueError("a\0b \ud800")))
    assert "\0" not in described["message"]
    json.dumps(described, ensure_ascii=False).encode()


def test_a_stop_that_was_asked_for_is_terminated() -> None:
    outcome = of_stop(TWO_ATTEMPTS, "terminate")
    assert (outcome.state, outcome.error, outcome.retry_in) == (State.TERMINATED, None, None)


def test_a_timeout_is_a_failure_that_is_tried_again_while_attempts_are_left() -> None:
    last = of_stop(ATTEMPT, "timeout")
    assert (last.state, last.reason, last.retry_in) == (State.FAILED, Reason.TIMEOUT, None)
    assert last.error is not None
    assert last.error["message"] == "The attempt took longer than 5 s."
    assert of_stop(TWO_ATTEMPTS, "timeout").retry_in is not None

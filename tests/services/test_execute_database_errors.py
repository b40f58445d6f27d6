"""Database errors while jobs run: after an outage it is tried again, a refused value fails that job, and any other
error ends the process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import psycopg
import pytest
from django.db import DataError, OperationalError, ProgrammingError

from jobs import transitions
from jobs.read import records
from jobs.running import backlog, guardian
from jobs.services import execute
from jobs.services.execute import run_jobs
from jobs.states import State
from jobs.transitions import Attempt, AttemptOutcome, Success
from tests.factories import WORKER, document, endings, job, queued, store

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "trial_job"
Work = Callable[..., Any]


class FailsFirst:
    """Raises one of these errors at each of its first calls, and then calls the function."""

    def __init__(self, function: Work, *errors: Exception) -> None:
        self._function = function
        self._errors = list(errors)
        self.calls = 0

    def __call__(self, **arguments: Any) -> Any:
        self.calls += 1
        if self._errors:
            raise self._errors.pop(0)
        return self._function(**arguments)


@pytest.fixture
def handler(write_handler: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    # On a slow machine jobs must not be given to other slots.
    for module in (guardian, backlog):
        monkeypatch.setattr(module, "MAX_MESSAGE_SECONDS", 60.0)
    write_handler(NAME, "print('told')\nreturn 1")
    store(document(NAME))


def refusal(kind: type[Exception], cause: type[psycopg.Error]) -> Exception:
    """Returns an error as Django raises it, with psycopg's as its cause."""
    error = kind("no")
    error.__cause__ = cause("no")
    return error


@pytest.mark.usefixtures("handler")
def test_a_slot_waits_while_it_cannot_claim_and_keeps_its_message(monkeypatch: pytest.MonkeyPatch) -> None:
    start = FailsFirst(transitions.finish_and_claim, *[OperationalError("away")] * 3)
    monkeypatch.setattr(transitions, "finish_and_claim", start)
    job_id = queued(NAME)
    run_jobs(job_ids=[job_id], worker=WORKER, queues=["default"])
    assert (start.calls >= 4, job(job_id).state) == (True, "succeeded")


@pytest.mark.usefixtures("handler")
def test_after_its_patience_a_slot_forgets_the_whole_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execute, "MAX_CLAIM_SECONDS", 0)
    start = FailsFirst(transitions.finish_and_claim, *[OperationalError("away")] * 9)
    monkeypatch.setattr(transitions, "finish_and_claim", start)
    job_ids = [queued(NAME) for _ in range(3)]
    run_jobs(job_ids=job_ids, worker=WORKER, queues=["default"])
    assert start.calls <= 2
    assert {job(job_id).state for job_id in job_ids} == {"queued"}


@pytest.mark.usefixtures("handler")
def test_an_error_that_is_no_outage_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    error = refusal(ProgrammingError, psycopg.errors.UndefinedColumn)
    monkeypatch.setattr(transitions, "finish_and_claim", FailsFirst(transitions.finish_and_claim, error))
    job_id = queued(NAME)
    with pytest.raises(ProgrammingError):
        run_jobs(job_ids=[job_id], worker=WORKER, queues=["default"])
    assert job(job_id).state == "queued"


@pytest.mark.usefixtures("handler")
def test_an_end_is_stored_when_the_database_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    end = FailsFirst(transitions.finish_and_claim, *[OperationalError("away")] * 2)
    monkeypatch.setattr(transitions, "finish_and_claim", end)
    job_id = queued(NAME)
    run_jobs(job_ids=[job_id], worker=WORKER, queues=["default"])
    assert (job(job_id).state, endings(job_id)) == ("succeeded", 1)


@pytest.mark.usefixtures("handler")
def test_a_result_that_the_database_refuses_fails_that_job_with_the_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    refused, after = queued(NAME), queued(NAME)

    def refuse(function: Work, stored: Callable[..., Iterable[Attempt]]) -> Work:
        def store_or_refuse(**arguments: Any) -> Any:
            if refused in {attempt.job_id for attempt in stored(**arguments)}:
                raise refusal(DataError, psycopg.errors.UntranslatableCharacter)
            return function(**arguments)

        return store_or_refuse

    def of_batch(*, successes: Sequence[Success], **_: Any) -> list[Attempt]:
        return [success.attempt for success in successes]

    def of_one(*, attempt: Attempt, outcome: AttemptOutcome, **_: Any) -> list[Attempt]:
        return [attempt] if outcome.state == State.SUCCEEDED else []

    monkeypatch.setattr(transitions, "finish_and_claim", refuse(transitions.finish_and_claim, of_batch))
    monkeypatch.setattr(transitions, "end_attempt", refuse(transitions.end_attempt, of_one))
    run_jobs(job_ids=[refused, after], worker=WORKER, queues=["default"])
    row = job(refused)
    assert (row.state, row.reason, row.error["type"]) == ("failed", "error", "ResultRefused")
    assert "no" in row.error["message"]
    assert (job(after).state, endings(refused), endings(after)) == ("succeeded", 1, 1)


def test_log_lines_that_the_database_refuses_cost_themselves_alone(
    write_handler: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    error = refusal(DataError, psycopg.errors.UntranslatableCharacter)
    monkeypatch.setattr(transitions, "append_log", FailsFirst(transitions.append_log, error))
    write_handler(NAME, "job.log('refused')")
    store(document(NAME))
    job_id = queued(NAME)
    run_jobs(job_ids=[job_id], worker=WORKER, queues=["default"])
    assert job(job_id).state == "succeeded"
    (line,) = records.log_lines(job_id, after=0, limit=10)
    assert line["text"] == "Lines are missing here, 1 in all: the database refused them."

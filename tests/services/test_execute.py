"""Running one job from its hint to its end, with handlers of all kinds."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from jobs import queries
from jobs.models import Job
from jobs.running.judgement import RESULT_LIMIT_BYTES
from jobs.running.reporter import LONGEST_LINE
from jobs.services.execute import run_jobs
from tests.factories import WORKER, document, endings, enqueue, frozen, job, kinds, queued, store

pytestmark = pytest.mark.django_db(transaction=True)
WriteHandler = Callable[[str, str], None]
Run = Callable[..., Any]
NAME = "trial_job"


@pytest.fixture
def run(write_handler: WriteHandler) -> Run:
    """Runs a job of a handler with these lines to the end of its first attempt; `keys` are its template's."""

    def run_once(body: str, **keys: Any) -> Any:
        write_handler(NAME, body)
        store(document(NAME, **keys))
        job_id = queued(NAME)
        run_jobs(job_ids=[job_id], worker=WORKER)
        return job(job_id)

    return run_once


def log_of(row: Job) -> list[tuple[str, str]]:
    return [(line["level"], line["text"]) for line in queries.log_lines(row.pk, after=0, limit=1000)]


def test_it_ends_succeeded_with_the_result_and_each_step_once(run: Run) -> None:
    row = run("return {'sent': True}")
    assert (row.state, row.result, row.worker, row.attempt) == ("succeeded", {"sent": True}, WORKER, 1)
    assert row.completion_percentage == 100
    assert kinds(row.pk) == ["job_created", "job_queued", "job_started", "job_terminated"]


def test_a_connection_that_died_between_two_jobs_costs_nothing(run: Run) -> None:
    first = run("return 1")
    job_id = queued(NAME)
    connection.connection.close()  # as after a restart of Postgres
    run_jobs(job_ids=[job_id], worker=WORKER)
    assert (first.state, job(job_id).state) == ("succeeded", "succeeded")


def test_the_handler_gets_the_payload_and_the_jobs_id(run: Run) -> None:
    row = run("return data")
    assert row.result == {"user_id": 7, "job_id": str(row.pk)}


def test_the_handler_gets_whole_numbers_unrounded(run: Run) -> None:
    row = run("return data['user_id'] + 1", payload={"user_id": 2**70})
    assert row.result == 2**70 + 1


def test_a_handler_that_returns_nothing_succeeds_with_null(run: Run) -> None:
    row = run("pass")
    assert (row.state, row.result, row.error) == ("succeeded", None, None)


def test_an_exception_fails_the_job_with_its_traceback(run: Run) -> None:
    row = run("raise ValueError('no such user')")
    assert (row.state, row.reason, row.result) == ("failed", "error", None)
    assert (row.error["type"], row.error["message"]) == ("ValueError", "no such user")
    assert f"{NAME}.py" in row.error["traceback"]
    assert endings(row.pk) == 1


def test_an_exception_is_tried_again_while_attempts_are_left(run: Run) -> None:
    row = run(
        "if job.attempt == 1:\n    raise ValueError('busy')\nreturn job.attempt",
        maxAttempts=2,
        retryBackoffSeconds=0,
    )
    assert (row.state, row.attempt, row.failures) == ("scheduled", 1, 1)
    run_jobs(job_ids=[enqueue(row.pk)], worker=WORKER)
    row = job(row.pk)
    assert (row.state, row.attempt, row.result, row.error) == ("succeeded", 2, 2, None)
    assert endings(row.pk) == 1


def test_a_job_failed_without_retry_is_not_tried_again(run: Run) -> None:
    row = run("raise JobFailed('the mailbox is gone', retry=False)", maxAttempts=5)
    assert (row.state, row.reason, row.attempt) == ("failed", "error", 1)
    assert row.error == {"type": "JobFailed", "message": "the mailbox is gone", "traceback": ""}


@pytest.mark.parametrize(
    "body",
    [
        "return {1, 2}",
        "return float('nan')",
        "return 'a\\0b'",
        "return '\\ud800'",
        "return object()",
    ],
)
def test_a_result_that_is_not_json_fails_the_attempt(run: Run, body: str) -> None:
    row = run(body)
    assert (row.state, row.reason, row.result) == ("failed", "error", None)
    assert row.error["type"] in {"TypeError", "ValueError", "UnicodeEncodeError"}


def test_a_result_too_large_is_cut_and_says_so(run: Run) -> None:
    row = run(f"return 'x' * {RESULT_LIMIT_BYTES}")
    assert row.state == "succeeded"
    assert (row.result["truncated"], row.result["bytes"]) == (True, RESULT_LIMIT_BYTES + 2)


def test_what_is_printed_logged_and_reported_lands_in_the_jobs_log_in_order(run: Run) -> None:
    row = run(
        """
        import logging, sys
        print("printed")
        logging.getLogger("shop").warning("logged %s", 7)
        print("to stderr", file=sys.stderr)
        job.log("reported %s", data["user_id"], level="debug")
        print("without an end", end="")
        """
    )
    assert log_of(row) == [
        ("info", "printed"),
        ("warning", "logged 7"),
        ("error", "to stderr"),
        ("debug", "reported 7"),
        ("info", "without an end"),
    ]


def test_bytes_that_are_no_text_are_shown_as_such(run: Run) -> None:
    row = run(
        """
        import sys
        sys.stdout.buffer.write(b"caf\\xc3")
        sys.stdout.buffer.write(b"\\xa9 \\xff\\n")
        print("\\udcff")
        """
    )
    assert (row.state, log_of(row)) == ("succeeded", [("info", "café \ufffd"), ("info", "?")])


def test_a_line_that_does_not_end_is_cut_and_the_next_one_is_whole(run: Run) -> None:
    row = run('for _ in range(300):\n    print("x" * 10_000, end="")\nprint()\nprint("next")')
    lines = [text for _, text in log_of(row)]
    assert [len(lines[0]), *lines[1:]] == [LONGEST_LINE, "next"]


def test_the_log_is_kept_when_the_handler_fails(run: Run) -> None:
    row = run("print('so far')\nraise ValueError")
    assert row.state == "failed"
    assert log_of(row) == [("info", "so far")]


def test_the_last_progress_before_a_failure_is_kept(run: Run) -> None:
    row = run("job.progress(40, 'half way')\nraise ValueError")
    assert (row.completion_percentage, row.progress_message) == (40, "half way")


@pytest.mark.parametrize(
    "raised", ["MemoryError()", "SystemExit(3)", "KeyboardInterrupt()", "GeneratorExit()", "RecursionError()"]
)
def test_whatever_a_handler_raises_fails_its_own_job_only(run: Run, raised: str) -> None:
    row = run(f"raise {raised}")
    assert (row.state, row.reason) == ("failed", "error")
    assert row.error["type"] == raised.removesuffix("()").removesuffix("(3)")


def test_job_terminated_out_of_the_blue_is_a_failure_and_no_stop(run: Run) -> None:
    row = run("raise JobTerminated('by my own wish')")
    assert (row.state, row.error["type"]) == ("failed", "JobTerminated")


@pytest.mark.parametrize("body", ["return 1 +", "import no_such_module_anywhere"])
def test_a_handler_that_cannot_be_loaded_fails_its_job_with_the_reason(run: Run, body: str) -> None:
    row = run(body)
    assert (row.state, row.reason) == ("failed", "error")
    assert row.error["type"] in {"HandlerBroken", "ModuleNotFoundError"}


def test_a_stop_is_seen_at_the_next_checkpoint(run: Run, write_handler: WriteHandler) -> None:
    row = run(
        """
        from jobs import transitions
        import uuid
        transitions.request_stop(job_ids=[uuid.UUID(job.id)], actor="ann")
        job.checkpoint()
        return "never"
        """
    )
    assert (row.state, row.reason, row.result) == ("terminated", None, None)
    assert endings(row.pk) == 1


def test_a_handler_that_returns_after_a_request_has_succeeded(run: Run) -> None:
    row = run(
        """
        from jobs import transitions
        import uuid
        transitions.request_stop(job_ids=[uuid.UUID(job.id)], actor="ann")
        return "done"
        """
    )
    assert (row.state, row.result) == ("succeeded", "done")


def test_a_handler_that_never_looks_is_interrupted(run: Run) -> None:
    row = run(
        """
        from jobs import transitions
        import time, uuid
        transitions.request_stop(job_ids=[uuid.UUID(job.id)], actor="ann")
        while True:
            time.sleep(0.01)
        """
    )
    assert row.state == "terminated"
    assert "terminate_step" in kinds(row.pk)


def test_a_handler_that_takes_too_long_is_ended_by_its_time_limit(run: Run) -> None:
    row = run("import time\nwhile True:\n    time.sleep(0.01)", timeoutSeconds=1)
    assert (row.state, row.reason) == ("failed", "timeout")
    assert row.error["message"] == "The attempt took longer than 1 s."


def test_a_doubled_hint_runs_the_handler_once(run: Run) -> None:
    row = run("return 1")
    before = frozen(row.pk)
    run_jobs(job_ids=[row.pk], worker="worker-2@test")
    assert frozen(row.pk) == before


def test_a_forged_hint_does_nothing() -> None:
    run_jobs(job_ids=[uuid.uuid4()], worker=WORKER)


def test_an_end_that_was_taken_from_the_attempt_is_let_go(run: Run) -> None:
    row = run(
        """
        from jobs.models import Job
        import uuid
        Job.objects.filter(pk=job.id).update(lease=uuid.uuid4())
        return "mine"
        """
    )
    assert (row.state, row.result) == ("running", None)
    assert endings(row.pk) == 0

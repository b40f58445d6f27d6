"""Running one job from its dispatch message to its end, with handlers of all kinds."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from handlers._results import MAX_RESULT_BYTES
from jobs.models import Job
from jobs.read import queries
from jobs.running.reporter import MAX_LINE
from jobs.services.execute import run_jobs
from tests.factories import WORKER, document, endings, enqueue, frozen, job, kinds, queued, store, template

pytestmark = pytest.mark.django_db(transaction=True)
WriteHandler = Callable[[str, str], None]
Run = Callable[..., Any]
NAME = "trial_job"


@pytest.fixture
def run(write_handler: WriteHandler) -> Run:
    """Runs a job whose handler has these lines until its first attempt ends. `keys` are added to its template."""

    def run_once(body: str, **keys: Any) -> Any:
        write_handler(NAME, body)
        store(document(NAME, **keys))
        job_id = queued(NAME)
        run_jobs(job_ids=[job_id], worker=WORKER, queues=["default"])
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
    run_jobs(job_ids=[job_id], worker=WORKER, queues=["default"])
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
    run_jobs(job_ids=[enqueue(row.pk)], worker=WORKER, queues=["default"])
    row = job(row.pk)
    assert (row.state, row.attempt, row.result, row.error) == ("succeeded", 2, 2, None)
    assert endings(row.pk) == 1


def test_jobs_of_a_slot_share_a_process_unless_the_template_wants_one_for_each_run(
    write_handler: WriteHandler,
) -> None:
    write_handler(NAME, "import os\nreturn os.getpid()")

    def pids(*, fresh: bool) -> list[int]:
        store(document(NAME, freshProcess=fresh))
        job_ids = [queued(NAME) for _ in range(2)]
        for job_id in job_ids:
            run_jobs(job_ids=[job_id], worker=WORKER, queues=["default"])
        return [job(job_id).result for job_id in job_ids]

    shared, own, shared_later = pids(fresh=False), pids(fresh=True), pids(fresh=False)
    assert len(set(shared)) == len(set(shared_later)) == 1
    assert len(set(own)) == 2
    assert not set(own) & {*shared, *shared_later}


@pytest.mark.parametrize(
    ("body", "how", "column"),
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", "was killed by SIGSEGV", "losses"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "was killed by SIGKILL", "losses"),
        ("os.abort()", "was killed by SIGABRT", "losses"),
        ("os._exit(3)", "ended by itself with status 3", "losses"),
        ("os._exit(0)", "ended by itself with status 0", "losses"),
        (
            "signal.signal(signal.SIGTERM, signal.SIG_DFL)\nos.kill(os.getpid(), signal.SIGTERM)",
            "was killed by SIGTERM",
            "interruptions",
        ),
    ],
)
def test_a_process_that_dies_under_its_job_is_reported_with_the_reason(
    run: Run, body: str, how: str, column: str
) -> None:
    row = run(f"import os, signal, time\nprint('so far')\n{body}\ntime.sleep(60)")
    assert (row.state, row.reason, row.attempt, row.failures) == ("scheduled", "worker_lost", 1, 0)
    assert {name: getattr(row, name) for name in ("losses", "interruptions")} == {
        "losses": 0,
        "interruptions": 0,
        column: 1,
    }
    assert row.error == {"type": "WorkerLost", "message": f"The process of the run {how}.", "traceback": ""}
    assert ("info", "so far") in log_of(row)


def test_after_a_crash_the_slot_goes_on_with_the_other_jobs(write_handler: WriteHandler) -> None:
    write_handler(NAME, "import os\nif data['user_id'] == 0:\n    os._exit(1)\nreturn data['user_id']")
    store(document(NAME, maxLost=0))
    job_ids = [queued(NAME, payload={"user_id": place}) for place in range(2)]
    run_jobs(job_ids=job_ids, worker=WORKER, queues=["default"])
    run_jobs(
        job_ids=job_ids, worker=WORKER, queues=["default"]
    )  # where the machine is slow the second was given back
    assert [job(job_id).state for job_id in job_ids] == ["failed", "succeeded"]


def test_a_result_nested_too_deep_fails_the_attempt_and_says_so(run: Run) -> None:
    """The process must survive any depth, also where the handler has raised the recursion limit."""
    row = run(
        """
        import sys
        sys.setrecursionlimit(10**6)
        tree = []
        for _ in range(100_000):
            tree = [tree]
        return tree
        """
    )
    assert (row.state, row.reason, row.losses) == ("failed", "error", 0)
    assert row.error == {
        "type": "ValueError",
        "message": "the result is nested more than 32 levels deep, or holds itself",
        "traceback": "",
    }


def test_a_traceback_begins_in_the_handler(run: Run) -> None:
    row = run("raise ValueError('no such user')")
    first = next(line for line in row.error["traceback"].splitlines() if line.startswith("  File"))
    assert f"{NAME}.py" in first


def test_a_job_failed_without_retry_is_not_tried_again(run: Run) -> None:
    row = run("raise JobFailed('the mailbox is gone', retry=False)", maxAttempts=5)
    assert (row.state, row.reason, row.attempt) == ("failed", "error", 1)
    assert row.error == {"type": "JobFailed", "message": "the mailbox is gone", "traceback": ""}


@pytest.mark.parametrize(
    "body",
    [
        "return b'x'",
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
    row = run(f"return 'x' * {MAX_RESULT_BYTES}")
    assert row.state == "succeeded"
    assert (row.result["truncated"], row.result["bytes"]) == (True, MAX_RESULT_BYTES + 2)


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
    assert [len(lines[0]), *lines[1:]] == [MAX_LINE, "next"]


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
    row = run("raise JobTerminated('by my own request')")
    assert (row.state, row.error["type"]) == ("failed", "JobTerminated")


@pytest.mark.parametrize("body", ["return 1 +", "import no_such_module_anywhere"])
def test_a_handler_that_was_broken_after_its_job_was_made_fails_it_with_the_reason(
    write_handler: WriteHandler, body: str
) -> None:
    write_handler(NAME, "return 1")
    template(NAME)
    job_id = queued(NAME)
    write_handler(NAME, body)
    run_jobs(job_ids=[job_id], worker=WORKER, queues=["default"])
    row = job(job_id)
    assert (row.state, row.reason) == ("failed", "error")
    assert row.error["type"] in {"HandlerBroken", "ModuleNotFoundError"}


def test_a_stop_is_seen_at_the_next_checkpoint(run: Run, write_handler: WriteHandler) -> None:
    row = run(
        """
        from jobs import transitions
        import uuid
        import time
        transitions.request_stop(job_ids=[uuid.UUID(job.id)], actor="ann")
        for _ in range(200):
            job.checkpoint()
            time.sleep(0.05)
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


def test_a_handler_without_checkpoints_is_interrupted(run: Run) -> None:
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


def test_a_repeated_message_runs_the_handler_once(run: Run) -> None:
    row = run("return 1")
    before = frozen(row.pk)
    run_jobs(job_ids=[row.pk], worker="worker-2@test", queues=["default"])
    assert frozen(row.pk) == before


def test_a_forged_message_does_nothing() -> None:
    run_jobs(job_ids=[uuid.uuid4()], worker=WORKER, queues=["default"])


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


def test_a_log_level_of_any_name_costs_nothing(run: Run) -> None:
    row = run(
        """
        import logging
        logging.addLevelName(25, "A\\0B" + "C" * 100)
        logging.getLogger("any").log(25, "told")
        """
    )
    assert row.state == "succeeded"
    assert log_of(row) == [("a\\0b" + "c" * 16, "told")]


def test_a_deep_result_fails_the_attempt_and_says_why(run: Run) -> None:
    row = run("result = 1\nfor _ in range(900):\n    result = [result]\nreturn result")
    assert (row.state, row.reason, row.error["type"]) == ("failed", "error", "ValueError")
    assert "32 levels" in row.error["message"]

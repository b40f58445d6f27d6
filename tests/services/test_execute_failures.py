"""A handler that raises, breaks, takes too long or loses its process fails its own attempt, with the reason."""

from __future__ import annotations

import pytest

from jobs.services.execute import run_jobs
from tests.factories import WORKER, document, endings, enqueue, job, queued, store, template
from tests.services.trial_runs import NAME, Run, WriteHandler, log_of
from tests.services.trial_runs import run as run

pytestmark = pytest.mark.django_db(transaction=True)


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


def test_a_traceback_begins_in_the_handler(run: Run) -> None:
    row = run("raise ValueError('no such user')")
    first = next(line for line in row.error["traceback"].splitlines() if line.startswith("  File"))
    assert f"{NAME}.py" in first


def test_a_job_failed_without_retry_is_not_tried_again(run: Run) -> None:
    row = run("raise JobFailed('the mailbox is gone', retry=False)", maxAttempts=5)
    assert (row.state, row.reason, row.attempt) == ("failed", "error", 1)
    assert row.error == {"type": "JobFailed", "message": "the mailbox is gone", "traceback": ""}


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


def test_a_handler_that_takes_too_long_is_ended_by_its_time_limit(run: Run) -> None:
    row = run("import time\nwhile True:\n    time.sleep(0.01)", timeoutSeconds=1)
    assert (row.state, row.reason) == ("failed", "timeout")
    assert row.error["message"] == "The attempt took longer than 1 s."

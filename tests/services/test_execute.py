"""Running one job from its dispatch message to its end: its payload, its result and its stop."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection

from handlers._results import MAX_RESULT_BYTES
from jobs.services.execute import run_jobs
from tests.factories import WORKER, document, endings, frozen, job, kinds, queued, store
from tests.services.trial_runs import NAME, Run, WriteHandler
from tests.services.trial_runs import run as run

pytestmark = pytest.mark.django_db(transaction=True)


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
        from jobs.models import Job, LiveJob
        import uuid
        LiveJob.objects.filter(pk=job.id).update(lease=uuid.uuid4())
        return "mine"
        """
    )
    assert (row.state, row.result) == ("running", None)
    assert endings(row.pk) == 0


def test_a_deep_result_fails_the_attempt_and_says_why(run: Run) -> None:
    row = run("result = 1\nfor _ in range(900):\n    result = [result]\nreturn result")
    assert (row.state, row.reason, row.error["type"]) == ("failed", "error", "ValueError")
    assert "32 levels" in row.error["message"]

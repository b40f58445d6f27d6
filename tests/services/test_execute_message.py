"""A dispatch message with several jobs: they run one after the other, each claimed just before it runs."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from jobs import dispatch_messages, wakeup
from jobs.running import backlog, guardian
from jobs.running.fence import fence
from jobs.services import execute
from jobs.services.execute import run_jobs
from tests.factories import WORKER, document, endings, job, kinds, queued, store

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "trial_job"
Queue = Callable[..., list[uuid.UUID]]


@pytest.fixture(autouse=True)
def _slow_machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps jobs from being given to other slots because the machine is slow, and from being claimed in batches."""
    monkeypatch.setattr(backlog, "MAX_BATCH_SECONDS", 0.0)
    if "given_back" not in request.node.name:
        monkeypatch.setattr(guardian, "MAX_MESSAGE_SECONDS", 60.0)


@pytest.fixture
def queue(write_handler: Callable[[str, str], None]) -> Queue:
    """Queues `number` jobs of a handler with these lines. Their user_id numbers them."""

    def queue(number: int, body: str, **keys: Any) -> list[uuid.UUID]:
        write_handler(NAME, body)
        store(document(NAME, **keys))
        return [queued(NAME, payload={"user_id": place}) for place in range(number)]

    return queue


def states(job_ids: list[uuid.UUID]) -> list[str]:
    return [job(job_id).state for job_id in job_ids]


def test_all_run_in_order_each_once(queue: Queue) -> None:
    job_ids = queue(3, "return data['user_id']")
    run_jobs(job_ids=job_ids, worker=WORKER, queues=["default"])
    assert [job(job_id).result for job_id in job_ids] == [0, 1, 2]
    for job_id in job_ids:
        assert kinds(job_id) == ["job_created", "job_queued", "job_started", "job_terminated"]
    began = [job(job_id).started_at for job_id in job_ids]
    assert began == sorted(began)


def test_jobs_later_in_the_message_are_still_queued(queue: Queue) -> None:
    body = "from jobs.models import Job\nreturn sorted(Job.objects.values_list('state', flat=True))"
    job_ids = queue(3, body)
    run_jobs(job_ids=job_ids, worker=WORKER, queues=["default"])
    assert [job(job_id).result for job_id in job_ids] == [
        ["queued", "queued", "running"],
        ["queued", "running", "succeeded"],
        ["running", "succeeded", "succeeded"],
    ]


@pytest.mark.usefixtures("_slow_machine")
def test_a_failure_among_them_is_its_own(queue: Queue) -> None:
    job_ids = queue(3, "if data['user_id'] == 1:\n    raise ValueError('no such user')")
    run_jobs(job_ids=job_ids, worker=WORKER, queues=["default"])
    assert states(job_ids) == ["succeeded", "failed", "succeeded"]


def test_what_one_logs_and_reports_stays_its_own(queue: Queue) -> None:
    job_ids = queue(2, "print(f'user {data[\"user_id\"]}')\njob.progress(40 + data['user_id'], 'on the way')")
    run_jobs(job_ids=job_ids, worker=WORKER, queues=["default"])
    for place, job_id in enumerate(job_ids):
        (chunk,) = job(job_id).log_chunks.all()
        assert [line["text"] for line in chunk.lines] == [f"user {place}"]
        assert kinds(job_id).count("job_progress") == 1


def test_repeated_stale_and_forged_ids_among_them_do_no_harm(queue: Queue) -> None:
    first, second = queue(2, "return 1")
    run_jobs(job_ids=[first, first, uuid.uuid4(), second, first], worker=WORKER, queues=["default"])
    assert states([first, second]) == ["succeeded", "succeeded"]
    assert [endings(job_id) for job_id in (first, second)] == [1, 1]


def test_jobs_that_share_a_slot_run_one_after_the_other(queue: Queue) -> None:
    job_ids = queue(2, "return 1", maxConcurrent=2)
    run_jobs(job_ids=job_ids, worker=WORKER, queues=["default"])
    assert states(job_ids) == ["succeeded", "succeeded"]


def test_behind_a_long_job_the_others_are_given_back_while_it_runs(queue: Queue) -> None:
    body = """
        import time
        from jobs.models import Job
        from django.db.models.functions import Now
        until = time.monotonic() + 30
        while data["user_id"] == 0 and time.monotonic() < until:
            if Job.objects.filter(state="queued", publish_due__lte=Now()).count() == 2:
                return "given back"
            time.sleep(0.01)
        """
    job_ids = queue(3, body)
    run_jobs(job_ids=job_ids, worker=WORKER, queues=["default"])
    assert job(job_ids[0]).result == "given back"
    assert states(job_ids) == ["succeeded", "queued", "queued"]
    assert {queued_job.job_id for queued_job in dispatch_messages.take_overdue(limit=10)} == set(job_ids[1:])


@pytest.mark.parametrize(("seconds", "wakes"), [(0.1, True), (0, False)], ids=["longer", "quick"])
def test_after_a_longer_run_the_dispatchers_are_woken(
    queue: Queue, monkeypatch: pytest.MonkeyPatch, seconds: float, wakes: bool
) -> None:
    wakeups: list[int] = []
    monkeypatch.setattr(wakeup, "wake_dispatchers", lambda due=None: wakeups.append(1))
    monkeypatch.setattr(execute, "MIN_LONG_RUN_SECONDS", 0.1 if wakes else 60)
    job_ids = queue(1, f"import time\ntime.sleep({seconds})")
    wakeups.clear()
    run_jobs(job_ids=job_ids, worker=WORKER, queues=["default"])
    assert (states(job_ids), bool(wakeups)) == (["succeeded"], wakes)


def test_the_fence_goes_when_nothing_runs_any_more(queue: Queue) -> None:
    run_jobs(job_ids=queue(2, "return 1"), worker=WORKER, queues=["default"])
    assert not fence.is_armed


@pytest.mark.parametrize("number", [1, 3])
def test_messages_that_find_nothing_leave_no_timer_behind(number: int) -> None:
    run_jobs(job_ids=[uuid.uuid4() for _ in range(number)], worker=WORKER, queues=["default"])
    assert not fence.is_armed


def test_a_type_that_came_to_be_since_the_worker_started_runs_in_the_midst_of_others(
    queue: Queue, write_handler: Callable[[str, str], None]
) -> None:
    (first,) = queue(1, "return 1")
    write_handler("newer_job", "return 2")
    store(document("newer_job"))
    second = queued("newer_job")
    run_jobs(job_ids=[first, second], worker=WORKER, queues=["default"])
    assert states([first, second]) == ["succeeded", "succeeded"]

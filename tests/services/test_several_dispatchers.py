"""Several dispatchers beside workers, stops and changes of a template: no deadlock, no line before the slots."""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Sequence

import pytest
from django.db import connection

from jobs import dispatch_messages, transitions
from jobs.dispatcher import queueing, run_times
from jobs.dispatcher.queueing import Queueing
from jobs.messaging.broker import DispatchMessage
from jobs.models import Job, LiveJob
from jobs.services.control import terminate_jobs
from jobs.services.preparing import Submission
from jobs.services.submit import submit_jobs
from jobs.states import State
from jobs.transitions import Claimant
from tests.factories import ANN, OTP, PASSWORD, WORKER, document, finish, store, worker_node
from tests.jobs_fixtures import together
from tests.services.fake_publisher import FakePublisher

pytestmark = pytest.mark.django_db(transaction=True)
JOBS, SLOTS, DISPATCHERS = 150, 3, 3
LONGEST_SECONDS = 60


class SharedBroker(FakePublisher):
    def __init__(self) -> None:
        super().__init__()
        self.ids: deque[uuid.UUID] = deque()

    def publish(self, messages: Sequence[DispatchMessage]) -> set[uuid.UUID]:
        confirmed = {job_id for message in messages for job_id in message.job_ids}
        self.ids.extend(confirmed)
        return confirmed


@pytest.fixture(params=["quick", "long"])
def runs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Runs are taken for long ones, or for what they are."""
    if request.param == "long":
        monkeypatch.setattr(run_times, "QUICK_SECONDS", 0.0)
    monkeypatch.setattr(queueing, "RECLAIM_INTERVAL_SECONDS", 0.0)
    return str(request.param)


def _deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def test_they_hinder_nobody_and_hand_over_what_slots_take(runs: str) -> None:
    store(document(OTP), document(PASSWORD, maxConcurrent=2))
    worker_node(slots=SLOTS)
    ids = submit_jobs(
        submissions=[Submission((OTP, PASSWORD)[n % 3 == 0], priority=n % 4) for n in range(JOBS)], actor=ANN
    )
    broker, over = SharedBroker(), threading.Event()
    most_handed_over = 0
    deadlocks_before = _deadlocks()

    def loop(turn: Callable[[], object]) -> Callable[[], None]:
        def run() -> None:
            try:
                while not over.is_set():
                    turn()
            finally:
                over.set()

        return run

    def dispatcher() -> Callable[[], None]:
        one = Queueing(broker)  # type: ignore[arg-type]  # it quacks
        return loop(lambda: one.run_once({} if random.random() < 0.5 else None))

    def work() -> None:
        try:
            job_id = broker.ids.popleft()
        except IndexError:
            time.sleep(0.002)
            return
        attempt = transitions.start(job_id=job_id, claimant=Claimant(WORKER, 1, [OTP, PASSWORD], ["default"]))
        if attempt:
            time.sleep(random.random() / 100)
            finish(attempt)

    def meddle() -> None:
        chosen = random.sample(ids, 20)
        dispatch_messages.mark_unconfirmed(chosen)
        transitions.limit_jobs(job_type=OTP)
        LiveJob.objects.filter(pk__in=chosen[:3]).update(limited=False)
        terminate_jobs(job_ids=chosen[:1], actor=ANN, dry_run=False)
        time.sleep(0.01)

    def watch() -> None:
        nonlocal most_handed_over
        under_way = Job.objects.filter(state__in=[State.QUEUED, State.RUNNING]).count()
        most_handed_over = max(most_handed_over, under_way)
        if not Job.objects.filter(state__in=[State.SCHEDULED, State.QUEUED, State.RUNNING]).exists():
            over.set()
        assert time.monotonic() < until, "they do not come to their end"

    until = time.monotonic() + LONGEST_SECONDS
    together(
        *[dispatcher() for _ in range(DISPATCHERS)],
        *[loop(work)] * SLOTS,
        loop(meddle),
        loop(watch),
    )
    assert not Job.objects.filter(pk__in=ids, state__in=[State.QUEUED, State.RUNNING]).exists()
    assert _deadlocks() == deadlocks_before
    if runs == "long":
        # Two that claim within the same tenth of a millisecond may each hand over one for the same slot.
        assert most_handed_over <= SLOTS + DISPATCHERS - 1

"""Many workers at once on the real database: no job runs twice, and each ends once."""

from __future__ import annotations

import random
import threading
import uuid
from collections import Counter

import pytest

from jobs import transitions
from jobs.models import Job, JobEvent
from jobs.services.control import terminate_jobs
from jobs.services.preparing import Submission
from jobs.services.submit import submit_jobs
from jobs.states import LIVE, Reason, State
from jobs.transitions import Attempt, AttemptOutcome
from tests.factories import ANN, OTP, PID, WORKER, begin, claim_due, claimant, finish, queued, template
from tests.jobs_fixtures import together

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 8


@pytest.mark.parametrize("number", [60, pytest.param(1500, marks=pytest.mark.long)])
def test_jobs_claimed_ended_and_stopped_by_eight_threads_run_once_and_end_once(number: int) -> None:
    template(maxAttempts=2, retryBackoffSeconds=0)
    ids = submit_jobs(submissions=[Submission(OTP)] * number, actor=ANN)
    claims: Counter[tuple[uuid.UUID, int]] = Counter()

    def dispatch_and_work() -> None:
        luck = random.Random(threading.get_ident())
        while any(claimed_jobs := claim_due(queue="default", limit=20)) or live():
            # Each message comes twice, as a broker may deliver it.
            for queued_job in [*claimed_jobs, *claimed_jobs]:
                attempt = start(queued_job.job_id)
                if attempt:
                    claims[attempt.job_id, attempt.number] += 1
                    end(attempt, luck)

    def stop() -> None:
        for place in range(0, number, 3):
            terminate_jobs(job_ids=[ids[place]], actor=ANN, dry_run=False)

    together(*[dispatch_and_work] * (WORKERS - 2), stop, stop)

    assert set(claims.values()) <= {1}
    ended = Job.objects.filter(pk__in=ids).exclude(state__in=LIVE)
    assert ended.count() == number
    for kind in ("job_created", "job_terminated"):
        assert JobEvent.objects.filter(kind=kind).count() == number
        assert JobEvent.objects.filter(kind=kind).values("job").distinct().count() == number
    starts = Counter(JobEvent.objects.filter(kind="job_started").values_list("job_id", flat=True))
    assert starts == Counter(job_id for job_id, _ in claims)
    for row in ended:
        versions = JobEvent.objects.filter(job=row).order_by("id").values_list("version", flat=True)
        assert list(versions) == list(range(1, row.version + 1))


def live() -> bool:
    return Job.objects.filter(state__in=[State.SCHEDULED, State.QUEUED]).exists()


def start(job_id: uuid.UUID) -> Attempt | None:
    return transitions.start(job_id=job_id, claimant=claimant(f"w{threading.get_ident()}"))


def end(attempt: Attempt, luck: random.Random) -> None:
    retry_in = 0.0 if attempt.failures == 0 else None
    outcome = luck.choice(
        [
            AttemptOutcome(State.SUCCEEDED, result=1),
            AttemptOutcome(State.FAILED, reason=Reason.ERROR, retry_in=retry_in),
        ]
    )
    finish(attempt, outcome)
    assert finish(attempt, outcome) is None


def test_an_attempt_is_lost_ended_or_stopped_but_only_one_of_these() -> None:
    template(maxLost=1)
    for _ in range(20):
        row = end_in_every_way(begin(queued()))
        assert row.losses + row.interruptions <= 1
        # A stop that was accepted is never forgotten: no job waits for another start after it.
        assert not (row.state == State.SCHEDULED and row.terminate_requested_at)
        assert JobEvent.objects.filter(job=row, kind="job_terminated").count() == (row.state not in LIVE)
        terminate_jobs(job_ids=[row.pk], actor=ANN, dry_run=False)


def end_in_every_way(attempt: Attempt) -> Job:
    states: list[State | None] = []

    def lose() -> None:
        states.append(transitions.lose_dead_attempt(job_id=attempt.job_id, worker=WORKER, pid=PID))

    def crash() -> None:
        how = "was killed by SIGSEGV"
        states.append(transitions.lose_own_attempt(attempt=attempt, how=how, by_request=False, worker=WORKER))

    def give_back() -> None:
        states.append(transitions.interrupt_attempt(attempt=attempt, worker=WORKER))

    def stop() -> None:
        terminate_jobs(job_ids=[attempt.job_id], actor=ANN, dry_run=False)

    together(lambda: states.append(finish(attempt)), lose, crash, give_back, stop)
    assert sum(state is not None for state in states) <= 1
    return Job.objects.get(pk=attempt.job_id)


def test_dispatchers_that_claim_together_get_different_jobs() -> None:
    template()
    submit_jobs(submissions=[Submission(OTP)] * 200, actor=ANN)
    claimed: list[uuid.UUID] = []

    def dispatch() -> None:
        while claimed_jobs := claim_due(queue="default", limit=7):
            claimed.extend(queued_job.job_id for queued_job in claimed_jobs)

    together(*[dispatch] * 4)
    assert len(claimed) == len(set(claimed)) == 200


def test_slots_are_never_overbooked_by_dispatchers_that_claim_together() -> None:
    template(maxConcurrent=3)
    submit_jobs(submissions=[Submission(OTP)] * 30, actor=ANN)
    together(*[lambda: claim_due(queue="default", limit=30)] * 6)
    assert Job.objects.filter(state=State.QUEUED).count() == 3

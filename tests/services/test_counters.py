"""What the relay counts as it numbers events is what the tables of jobs say."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from jobs.dispatcher.retention import purge_jobs
from jobs.models import Job, JobMinute, JobTotal
from jobs.models.counters import BUCKETS
from jobs.read.filters import JobFilter
from jobs.read.overviews import count_by_state
from jobs.services.control import terminate_job
from jobs.states import Reason, State
from jobs.transitions import AttemptOutcome
from tests.factories import (
    ANN,
    OTP,
    PASSWORD,
    begin,
    enqueue,
    finish,
    number_events,
    ran_for,
    running,
    scheduled,
    succeeded,
)

pytestmark = pytest.mark.django_db


def sums() -> dict[str, Any]:
    """The sums of all minutes' counters, by name; histograms as dicts without their empty buckets."""
    found: Counter[str] = Counter()
    buckets: dict[str, Counter[int]] = {"waits": Counter(), "runs": Counter()}
    for minute in JobMinute.objects.all():
        for name in (
            "created",
            "started",
            "succeeded",
            "failed_by_error",
            "failed_by_timeout",
            "failed_by_loss",
        ):
            found[name] += getattr(minute, name)
        found["terminated"] += minute.terminated
        for name, counted in buckets.items():
            histogram = getattr(minute, name)
            assert len(histogram) == len(BUCKETS) + 1
            counted.update({bucket: number for bucket, number in enumerate(histogram) if number})
    return {name: number for name, number in found.items() if number} | {
        name: dict(counted) for name, counted in buckets.items()
    }


def test_each_way_to_end_is_counted_once() -> None:
    succeeded()
    finish(running(), AttemptOutcome(State.FAILED, reason=Reason.ERROR))
    finish(running(), AttemptOutcome(State.FAILED, reason=Reason.TIMEOUT))
    terminate_job(job_id=scheduled(), actor=ANN)
    for _ in range(2):
        number_events()
    counted = sums()
    assert counted.pop("waits").keys() <= {0, 1, 2, 3, 4, 5, 6, 7}
    assert sum(counted.pop("runs").values()) == 3
    assert counted == {
        "created": 4, "started": 3, "succeeded": 1, "failed_by_error": 1, "failed_by_timeout": 1, "terminated": 1,
    }  # fmt: skip


def test_run_times_are_sorted_into_buckets() -> None:
    for seconds in (0.003, 0.3, 0.4, 9_000):
        ran_for(seconds)
    number_events()
    assert sums()["runs"] == {0: 1, 6: 2, len(BUCKETS): 1}
    assert JobMinute.objects.values_list("run_seconds", flat=True)[0] == pytest.approx(9000.703)


def test_an_attempt_that_is_repeated_starts_twice_and_ends_once() -> None:
    first = running()
    finish(first, AttemptOutcome(State.FAILED, reason=Reason.ERROR, retry_in=0))
    number_events()
    finish(begin(enqueue(first.job_id)))
    number_events()
    counted = sums()
    assert (counted["created"], counted["started"], counted["succeeded"]) == (1, 2, 1)


def test_a_job_that_ends_while_it_waits_for_a_retry_counts_no_run() -> None:
    attempt = running()
    finish(attempt, AttemptOutcome(State.FAILED, reason=Reason.ERROR, retry_in=3600))
    terminate_job(job_id=attempt.job_id, actor=ANN)
    number_events()
    counted = sums()
    assert (counted["terminated"], counted["runs"]) == (1, {})


def exact() -> dict[str, int]:
    """What the API shows, checked against a count of all rows."""
    counts, capped = count_by_state(JobFilter())
    assert not capped
    by_state = Counter(Job.objects.values_list("state", flat=True))
    assert counts == {state.value: by_state[state] for state in State}
    by_type, _ = count_by_state(JobFilter(job_types=(OTP,), states=("succeeded", "scheduled")))
    of_type = Counter(Job.objects.filter(template=OTP).values_list("state", flat=True))
    assert (by_type["succeeded"], by_type["scheduled"]) == (of_type["succeeded"], of_type["scheduled"])
    assert by_type["terminated"] == 0
    return counts


def test_counts_are_exact_before_and_after_events_are_numbered() -> None:
    succeeded(), succeeded(PASSWORD), scheduled()
    terminate_job(job_id=scheduled(), actor=ANN)
    assert exact()["succeeded"] == 2
    number_events()
    assert JobTotal.objects.count() == 3
    succeeded()
    assert exact() == {
        "scheduled": 1,
        "queued": 0,
        "running": 0,
        "succeeded": 3,
        "failed": 0,
        "terminated": 1,
    }
    number_events()
    exact()


def test_counts_stay_exact_while_old_jobs_are_purged() -> None:
    for _ in range(4):
        succeeded()
    number_events()
    assert purge_jobs(older_than=timedelta(days=-1)) == 4
    assert exact()["succeeded"] == 0

"""Ten kinds of threads on real Postgres, messages lost and doubled, workers that crash: all promises hold at the end.

Ten thousand jobs, some minutes:
RACE_JOBS=10000 .venv/bin/python -m pytest tests/services/test_ledger_race.py -o log_cli=true
"""

from __future__ import annotations

import itertools
import logging
import os
import random
from collections import Counter
from typing import Any

import pytest

from jobs import transitions
from jobs.dispatcher import reaper
from jobs.models import Job, JobEvent, Series
from jobs.services import series as services
from jobs.services.control import terminate_jobs
from jobs.services.preparing import Submission
from jobs.services.submit import submit_jobs
from jobs.states import LIVE
from jobs.transitions.ending import MAX_INTERRUPTIONS
from tests.factories import (
    ANN,
    EDITOR,
    OTP,
    PASSWORD,
    document,
    feed,
    number_events,
    recorded,
    recurring,
    store,
)
from tests.jobs_fixtures import together
from tests.services.fire import Fire

log = logging.getLogger(__name__)

MANY_JOBS = int(os.environ.get("RACE_JOBS", "3000"))
LONGEST_SECONDS = 60 + MANY_JOBS / 5
SLOTS, MAX_ATTEMPTS, MAX_LOST = 3, 2, 2
SERIES = ("birthday_notification_job", "profile_stats_aggregator_job")
TYPES = [OTP, PASSWORD, *SERIES]


@pytest.fixture(params=[150, pytest.param(MANY_JOBS, marks=pytest.mark.long)])
def fire(transactional_db: None, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Fire:
    monkeypatch.setattr(reaper, "MIN_EXPIRED_SECONDS", 0.3)
    seed = random.randrange(10**6)
    log.warning("seed %s", seed)  # pytest shows it with a failure
    rules = {"maxAttempts": MAX_ATTEMPTS, "maxLost": MAX_LOST, "retryBackoffSeconds": 0}
    store(
        document(OTP, **rules),
        document(PASSWORD, maxConcurrent=SLOTS, **rules),
        *[recurring(one, startInSeconds=3600, **rules) for one in SERIES],
    )
    luck = random.Random(seed)
    submissions = [
        Submission(
            OTP if luck.random() < 0.8 else PASSWORD,
            priority=luck.randint(0, 9),
            start_in_seconds=luck.choice([0, 0, 0.5]),
        )
        for _ in range(request.param)
    ]
    ids = submit_jobs(submissions=submissions, actor=ANN)
    return Fire(seed=seed, ids=ids, job_types=TYPES, longest=LONGEST_SECONDS)


@pytest.mark.timeout(120 + 2 * LONGEST_SECONDS)
@pytest.mark.django_db(transaction=True)
def test_every_promise_holds_whoever_races_with_whom(fire: Fire) -> None:
    together(*fire.loops(workers=4, dispatchers=2))
    put_out()
    while number_events():
        pass
    while fire.follow_feed():
        pass
    every_job_ended_once()
    every_run_was_alone_and_accounted_for(fire)
    what_was_stopped_did_not_go_on(fire)
    series_have_no_gap()
    the_feed_was_read_once_and_whole(fire)
    seen = fire.witness
    log.warning(
        "%s jobs, %s events, %s runs, %s crashes, %s interruptions, %s deadlocks",
        *(Job.objects.count(), len(fire.read), seen.starts.total(), seen.crashes.total()),
        *(seen.interruptions.total(), len(fire.deadlocks)),
    )


def put_out() -> None:
    """Series would go on for ever; what is left of them ends."""
    for series in Series.objects.all():
        services.pause_series(series_id=series.pk, actor=EDITOR)
    left: Any = Job.objects.filter(state__in=LIVE, series__isnull=False)
    terminate_jobs(job_ids=list(left.values_list("pk", flat=True)), actor=ANN, dry_run=False)
    for job_id, worker, pid in left.values_list("pk", "worker", "worker_pid"):
        transitions.lose_dead_attempt(job_id=job_id, worker=worker, pid=pid)


def every_job_ended_once() -> None:
    assert Counter(Job.objects.filter(state__in=LIVE).values_list("state", flat=True)) == {}
    rows = Job.objects.values_list("id", "version")
    assert recorded() == {job_id: (version, 1, 1) for job_id, version in rows}


def every_run_was_alone_and_accounted_for(fire: Fire) -> None:
    witness = fire.witness
    assert witness.most_together[PASSWORD] <= SLOTS
    for runs in witness.runs.values():
        ordered = sorted(runs)
        assert all(before[1] <= after[0] for before, after in itertools.pairwise(ordered))
    for row in Job.objects.all():
        assert row.attempt == witness.starts[row.pk]
        assert row.attempt <= MAX_ATTEMPTS + row.losses + row.interruptions
        assert row.losses <= min(witness.crashes[row.pk], MAX_LOST + 1)
        assert row.interruptions <= min(witness.interruptions[row.pk], MAX_INTERRUPTIONS + 1)
        if not row.terminate_requested_at:  # a stop takes the place of the last one, whichever it is
            counted = row.losses, row.interruptions
            assert counted == (witness.crashes[row.pk], witness.interruptions[row.pk])
        assert row.failures <= MAX_ATTEMPTS


def what_was_stopped_did_not_go_on(fire: Fire) -> None:
    asked = Job.objects.filter(terminate_requested_at__isnull=False)
    assert set(asked.values_list("state", flat=True)) <= {"terminated", "succeeded"}
    assert set(Job.objects.filter(state="terminated").exclude(pk__in=asked)) == set()
    asked_for = set(asked.values_list("pk", flat=True))
    ended_before = Job.objects.filter(pk__in=fire.stop_wished - asked_for)
    assert set(ended_before.values_list("state", flat=True)) <= {"succeeded", "failed"}


def series_have_no_gap() -> None:
    for series in Series.objects.all():
        numbers = (
            Job.objects.filter(series=series)
            .order_by("series_number")
            .values_list("series_number", flat=True)
        )
        assert list(numbers) == list(range(1, series.last_number + 1))
        ran = Job.objects.filter(series=series).exclude(state="terminated", attempt=0).count()
        assert series.run_count == ran


def the_feed_was_read_once_and_whole(fire: Fire) -> None:
    """Read while it was written: in order, each event once, none missing."""
    assert fire.read == list(range(1, JobEvent.objects.count() + 1))
    place = {event_id: number for number, event_id in enumerate(feed())}
    for job_id in random.sample(fire.ids, k=min(50, len(fire.ids))):
        events = sorted(JobEvent.objects.filter(job_id=job_id), key=lambda event: place[event.id])
        versions = [event.version for event in events]
        assert versions == sorted(versions)

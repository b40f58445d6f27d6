"""Series under fire: ends, stops, pauses and new versions at the same time."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Barrier, BrokenBarrierError

import pytest

from foundation.errors import Conflict
from jobs import transitions
from jobs.models import Job, JobEvent, Series
from jobs.services import series as services
from jobs.services.control import terminate_jobs
from jobs.states import LIVE, State
from tests.factories import ANN, EDITOR, OTP, PASSWORD, claim_due, claimant, finish, recurring, store
from tests.jobs_fixtures import together

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 25


def all_at_once(*work: Callable[[], None]) -> None:
    """In each round all begin together; by number, not by time, so that a slow machine sees as many races."""
    begin = Barrier(len(work))

    def repeat(one: Callable[[], None]) -> None:
        with suppress(BrokenBarrierError):  # another failed, and says so
            for _ in range(ROUNDS):
                begin.wait()
                try:
                    one()
                except BaseException:
                    begin.abort()
                    raise

    together(*[partial(repeat, one) for one in work])


def work() -> None:
    for row in Job.objects.filter(state=State.SCHEDULED):
        if row.series_id:
            services.run_series_now(series_id=row.series_id, actor=ANN)
    for queued_job in claim_due(queue="default", limit=10):
        attempt = transitions.start(job_id=queued_job.job_id, claimant=claimant(job_types=[OTP, PASSWORD]))
        if attempt:
            finish(attempt)


def quietly(step: Callable[[], None]) -> Callable[[], None]:
    """A conflict is an answer, not a fault."""

    def run() -> None:
        with suppress(Conflict):
            step()

    return run


def stop_all() -> None:
    ids = list(Job.objects.filter(state__in=LIVE).values_list("pk", flat=True))
    terminate_jobs(job_ids=ids, actor=ANN, dry_run=False)


def check(series: Series) -> None:
    """The invariants: at most one live job, exactly one if active; numbers without gaps; one ending each."""
    rows = list(Job.objects.filter(series=series).order_by("series_number"))
    assert [row.series_number for row in rows] == list(range(1, len(rows) + 1))
    assert series.last_number == len(rows)
    alive = [row for row in rows if row.state in LIVE]
    assert len(alive) == (series.state == "active")
    endings = JobEvent.objects.filter(job__in=rows, kind="job_terminated")
    assert endings.count() == len(rows) - len(alive)
    assert endings.values("job").distinct().count() == endings.count()


def test_new_versions_stops_and_ends_together_leave_one_live_job_and_no_gap() -> None:
    store(recurring(OTP, startInSeconds=1), recurring(PASSWORD, startInSeconds=1))
    delays = itertools.cycle([1, 2, 3])

    def edit() -> None:
        store(recurring(OTP, startInSeconds=next(delays)), recurring(PASSWORD, startInSeconds=next(delays)))

    all_at_once(quietly(work), quietly(work), stop_all, stop_all, edit)
    for series in Series.objects.all():
        assert series.state == "active"
        check(series)
    assert Job.objects.count() > ROUNDS


def test_a_pause_among_ends_leaves_no_live_job_and_a_resume_exactly_one() -> None:
    store(recurring(OTP, startInSeconds=1))
    series_id = Series.objects.get().pk
    turn = itertools.cycle([services.pause_series, services.resume_series])

    def pause_or_resume() -> None:
        next(turn)(series_id=series_id, actor=EDITOR)

    all_at_once(quietly(work), quietly(work), stop_all, pause_or_resume)
    check(Series.objects.get())
    services.pause_series(series_id=series_id, actor=EDITOR)
    check(Series.objects.get())
    services.resume_series(series_id=series_id, actor=EDITOR)
    check(Series.objects.get())

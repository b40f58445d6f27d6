"""Whatever is done to jobs and series in whatever order: the ledger on Postgres is as the pure model says.

Each example is one transaction that is rolled back; what only a commit would check is checked at its end.
Many more of them: LEDGER_EXAMPLES=1000 .venv/bin/python -m pytest tests/services/test_state_machine.py
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.postgres.functions import TransactionNow
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from foundation.errors import Conflict
from jobs import transitions
from jobs.models import Job, JobEvent, Series
from jobs.services import control
from jobs.services import series as series_services
from jobs.services.preparing import Submission
from jobs.services.series_editing import create_series
from jobs.services.submit import submit_job
from jobs.states import LIVE, Reason, State
from jobs.transitions import Attempt, AttemptOutcome, Capacity
from jobs.transitions.capacity import LATE_AFTER_SECONDS, REPUBLISH_AFTER_SECONDS
from jobs.transitions.ending import MAX_INTERRUPTIONS
from templates_app import queries
from tests.factories import (
    ANN,
    EDITOR,
    OTP,
    PASSWORD,
    PID,
    WORKER,
    claimant,
    document,
    finish,
    recorded,
    store,
)
from tests.services.ledger_model import MAX_ATTEMPTS, MAX_LOST, SLOTS, Model, ModelJob

SERIES_TYPE = "birthday_notification_job"
TYPES = [OTP, PASSWORD, SERIES_TYPE]
MANY_EXAMPLES = int(os.environ.get("LEDGER_EXAMPLES", "100"))
RULES: dict[str, Any] = {"maxAttempts": MAX_ATTEMPTS, "maxLost": MAX_LOST}
LATER = 3600.0
# What the worker tells of an attempt's end; whether a retry is due at once, or none.
OUTCOMES = {
    "succeeded": (AttemptOutcome(State.SUCCEEDED, result={"sent": True}), None),
    "terminated": (AttemptOutcome(State.TERMINATED), None),
    "failed": (AttemptOutcome(State.FAILED, reason=Reason.ERROR), None),
    "tried again": (AttemptOutcome(State.FAILED, reason=Reason.ERROR, retry_in=0), True),
    "tried again later": (AttemptOutcome(State.FAILED, reason=Reason.ERROR, retry_in=LATER), False),
}
# Ends that the handler did not choose: with its worker, with its slot, or with its own process.
CUT_SHORT = ["dies", "lost", "given back", "told to end", "crashes"]
ENDS = [*OUTCOMES, *CUT_SHORT]
COMPARED = (
    "state", "reason", "attempt", "failures", "losses", "interruptions", "withdrawals", "completion_percentage",
    "version", "priority",
)  # fmt: skip


class Ledger(RuleBasedStateMachine):
    jobs = Bundle("jobs")
    attempts = Bundle("attempts")  # also those that lost their lease long ago: they go on trying

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()

    @initialize(target=jobs, max_runs=st.sampled_from([None, None, 2]))
    def begin(self, max_runs: int | None) -> Any:
        self.model = Model(max_runs)
        fields = {"every_seconds": 3600, "max_runs": max_runs}
        self.series = create_series(job_type=SERIES_TYPE, fields=fields, actor=EDITOR)
        self.versions = 1
        self.model.insert_next()
        return multiple(1, self._create(limited=True, priority=0, due=True))

    def teardown(self) -> None:
        """To the end of all things: everything can be stopped, and then nothing lives."""
        try:
            if hasattr(self, "model"):
                self._stop_everything()
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)
            if getattr(self, "versions", 1) > 1:
                queries._cached_spec.cache_clear()

    def _stop_everything(self) -> None:
        series_services.pause_series(series_id=self.series, actor=EDITOR)
        ids = list(Job.objects.values_list("pk", flat=True))
        control.terminate_jobs(job_ids=ids, actor=ANN, dry_run=False)
        for row in Job.objects.filter(state=State.RUNNING):
            assert transitions.lose_dead_attempt(job_id=row.pk, worker=WORKER, pid=PID) == "terminated"
        assert not Job.objects.filter(state__in=LIVE).exists()
        endings = JobEvent.objects.filter(kind="job_terminated")
        assert endings.count() == Job.objects.count()

    # What the names of jobs stand for.

    def id_of(self, key: Any) -> uuid.UUID:
        if isinstance(key, int):
            return Job.objects.get(series_id=self.series, series_number=key).pk
        return uuid.UUID(str(key))

    def job(self, key: Any) -> ModelJob:
        return self.model.jobs[key]

    def holds(self, attempt: tuple[Any, Attempt]) -> bool:
        """Whether the attempt still has its job's lease."""
        key, mine = attempt
        return self.job(key).state == "running" and self.job(key).attempt == mine.number

    # People and programs.

    # Few at a time, so that each comes far.
    @precondition(lambda self: sum(job.state in LIVE for job in self.model.jobs.values()) < 4)
    @rule(
        target=jobs,
        limited=st.booleans(),
        priority=st.integers(0, 9),
        due=st.sampled_from([True, True, False]),
    )
    def create(self, limited: bool, priority: int, due: bool) -> Any:
        return self._create(limited=limited, priority=priority, due=due)

    def _create(self, *, limited: bool, priority: int, due: bool) -> Any:
        submission = Submission(
            PASSWORD if limited else OTP, start_in_seconds=0 if due else 3600, priority=priority
        )
        key = submit_job(submission=submission, actor=ANN)["id"]
        self.model.create(key, limited=limited, priority=priority, due=due)
        return key

    @rule(keys=st.lists(jobs, min_size=1, max_size=3, unique=True))
    def stop_many(self, keys: list[Any]) -> None:
        ids, jobs = [self.id_of(key) for key in keys], [self.job(key) for key in keys]
        told = [control.terminate_jobs(job_ids=ids, actor=ANN, dry_run=dry_run) for dry_run in (True, False)]
        expected = self.model.terminate(jobs)
        for report in told:
            assert report.matched == len(keys)
            assert (report.terminated, report.requested, report.already_ended) == expected

    @rule(key=jobs)
    def stop(self, key: Any) -> None:
        ended = self.job(key).state not in LIVE
        try:
            told = control.terminate_job(job_id=self.id_of(key), actor=ANN)
        except Conflict:
            assert ended
        else:
            assert not ended
            assert told == ("terminated" if self.model.terminate([self.job(key)])[0] else "requested")

    @rule(key=jobs, percent=st.integers(0, 100))
    def report_from_outside(self, key: Any, percent: int) -> None:
        job = self.job(key)
        allowed = job.state == "running" and percent >= job.percent
        try:
            control.report_progress(job_id=self.id_of(key), percent=percent, message="", actor=ANN)
        except Conflict:
            assert not allowed
        else:
            assert allowed
            self.model.move(job, "running", percent=percent)

    # The dispatcher.

    @rule(limit=st.integers(1, 4))
    def hand_over(self, limit: int) -> None:
        expected = self.model.claimable(limit)
        claimed = transitions.claim_due(queue="default", limit=limit)
        assert sorted(queued_job.priority for queued_job in claimed) == sorted(
            job.priority for job in expected
        )
        numbers = dict(Job.objects.filter(series_id=self.series).values_list("pk", "series_number"))
        for queued_job in claimed:
            job = self.job(numbers.get(queued_job.job_id, queued_job.job_id))
            assert (job.state, job.due) == ("scheduled", True)
            self.model.move(job, "queued")

    @rule(slots=st.integers(0, 3))
    def reclaim_surplus(self, slots: int) -> None:
        """What was handed over beyond the slots that there are, the least urgent first."""
        queued = sorted(job.priority for job in self._queued_for_seconds())
        back = self._back_in_the_line(
            lambda: transitions.reclaim_surplus(queue="default", capacity=Capacity(slots=slots))
        )
        assert back == queued[: max(len(queued) - slots, 0)]

    @rule()
    def reclaim_less_urgent(self) -> None:
        """Where no worker comes, for a more urgent job that is due."""
        waiting = [job for job in self.model.jobs.values() if job.state == "scheduled" and job.due]
        most_urgent = max((job.priority for job in waiting if not job.limited), default=0)
        less_urgent = sorted(job.priority for job in self._queued_for_seconds() if job.priority < most_urgent)
        assert self._back_in_the_line(lambda: transitions.reclaim_less_urgent(queue="default")) == less_urgent

    def _queued_for_seconds(self) -> list[ModelJob]:
        late = TransactionNow() + timedelta(seconds=REPUBLISH_AFTER_SECONDS - LATE_AFTER_SECONDS - 1)
        Job.objects.filter(state=State.QUEUED).update(publish_due=late)
        return [job for job in self.model.jobs.values() if job.state == "queued"]

    def _back_in_the_line(self, take: Callable[[], int]) -> list[int]:
        """The priorities of the jobs that were taken, whichever they were among equals."""
        queued = [job for job in self.model.jobs.values() if job.state == "queued"]
        number = take()
        back = [job for job in queued if Job.objects.get(pk=self.id_of(job.key)).state == State.SCHEDULED]
        assert len(back) == number
        for job in back:
            self.model.move(job, "scheduled")
        return sorted(job.priority for job in back)

    @rule()
    def time_passes(self) -> None:
        Job.objects.filter(state="scheduled").update(
            start_time="2000-01-01T00:00:00Z", claim_at="2000-01-01T00:00:00Z"
        )
        for job in self.model.jobs.values():
            job.due = job.due or job.state == "scheduled"

    # Workers.

    @rule(target=attempts, key=jobs)
    def claim(self, key: Any) -> Any:
        """A message for any job at any time: late, doubled or forged ones find nothing to claim."""
        attempt = self._start(key)
        return multiple((key, attempt)) if attempt else multiple()

    @rule(target=attempts, limit=st.integers(1, 4))
    def all_goes_well_up_to_the_start(self, limit: int) -> Any:
        self.time_passes()
        self.hand_over(limit)
        queued = [job.key for job in self.model.jobs.values() if job.state == "queued"]
        started = [(key, self._start(key)) for key in queued]
        assert all(attempt for _, attempt in started)
        return multiple(*started)

    def _start(self, key: Any) -> Attempt | None:
        attempt = transitions.start(job_id=self.id_of(key), claimant=claimant(job_types=TYPES))
        assert (attempt is not None) == self.model.start(self.job(key))
        return attempt

    @rule(key=jobs, hows=st.lists(st.sampled_from(ENDS), min_size=2, max_size=5))
    def is_tried_again_and_again(self, key: Any, hows: list[str]) -> None:
        """The way to the end of attempts and losses is long for random steps."""
        for how in hows:
            self.time_passes()
            self.hand_over(4)
            attempt = self._start(key)
            if attempt:
                self._end((key, attempt), how)

    @rule(key=jobs)
    def was_interrupted_almost_too_often(self, key: Any) -> None:
        """Ten times would take an example too many steps."""
        job = self.job(key)
        if job.state in LIVE:
            job.interruptions = MAX_INTERRUPTIONS - 1
            Job.objects.filter(pk=self.id_of(key)).update(interruptions=job.interruptions)

    @rule(key=jobs, anywhere=st.booleans())
    def no_handler(self, key: Any, anywhere: bool) -> None:
        job, job_id = self.job(key), self.id_of(key)
        queued = job.state == "queued"
        if anywhere:
            assert queued == bool(transitions.withdraw(job_ids=[job_id], why="no handler"))
            if queued:
                self.model.move(job, "scheduled", withdrawals=job.withdrawals + 1, due=False)
        else:
            waits = queued or (job.state == "scheduled" and job.due)
            assert waits == transitions.fail_waiting(job_id=job_id, message="none", actor=WORKER, due_for=0)
            if waits:
                self.model.no_handler(job)

    @rule(attempt=attempts, percent=st.integers(0, 100))
    def attempt_reports(self, attempt: tuple[Any, Attempt], percent: int) -> None:
        """All that an attempt says while it runs: nothing of it counts once the lease is gone."""
        key, mine = attempt
        job, held = self.job(key), self.holds(attempt)
        who: Any = {"job_id": mine.job_id, "lease": mine.lease}
        renewed, stop_at = transitions.renew_lease(**who)
        assert (renewed, stop_at is not None) == (held, held and job.stop)
        assert transitions.should_stop(**who) == (job.stop or not held)
        line = {"time": "", "level": "info", "attempt": 1, "text": "x"}
        assert (transitions.append_log(**who, lines=[line]) is not None) == held
        assert transitions.report_progress(**who, percent=percent, message="") == held
        assert transitions.record_step(**who, step="exception_raised", actor=WORKER) == held
        if held:
            self.model.move(job, "running", percent=max(percent, job.percent))
            self.model.move(job, "running")

    @rule(
        target=attempts,
        attempt=consumes(attempts),
        how=st.sampled_from(ENDS),
        goes_on=st.booleans(),
    )
    def attempt_ends(self, attempt: tuple[Any, Attempt], how: str, goes_on: bool) -> Any:
        """Or its process does, or its lease. One that `goes_on` has not noticed and will try to write again."""
        self._end(attempt, how)
        return multiple(attempt) if goes_on else multiple()

    def _end(self, attempt: tuple[Any, Attempt], how: str) -> None:
        key, mine = attempt
        job, held = self.job(key), self.holds(attempt)
        if how == "dies":
            found = transitions.lose_dead_attempt(job_id=mine.job_id, worker=WORKER, pid=PID)
            assert found == (self.model.lose(job, "interruptions") if job.state == "running" else None)
        elif how in CUT_SHORT:
            count = "losses" if how == "crashes" else "interruptions"
            found = self._cut_short(mine, how, held=held)
            assert found == (self.model.lose(job, count) if held else None)
        else:
            told, retry_due = OUTCOMES[how]
            expected = self.model.end(job, str(told.state), retry_due=retry_due) if held else None
            assert finish(mine, told) == expected

    @rule(target=attempts, attempt=consumes(attempts), key=jobs)
    def attempt_succeeds_and_its_worker_goes_on(self, attempt: tuple[Any, Attempt], key: Any) -> Any:
        """In one statement, with each one's own guard. Attempts whose end lets another job start end otherwise."""
        mine, held = attempt[1], self.holds(attempt)
        if mine.makes_room:
            return multiple(attempt)
        done, following = transitions.finish_and_claim_next(
            attempt=mine, result={}, next_id=self.id_of(key), claimant=claimant(job_types=TYPES)
        )
        assert done == held
        if held:
            self.model.end(self.job(attempt[0]), "succeeded", retry_due=None)
        assert (following is not None) == self.model.start(self.job(key))
        return multiple((key, following)) if following else multiple()

    def _cut_short(self, mine: Attempt, how: str, *, held: bool) -> State | None:
        if how == "lost":
            return self._reap(mine, held=held)
        if how == "given back":
            return transitions.interrupt_attempt(attempt=mine, worker=WORKER)
        return transitions.lose_own_attempt(
            attempt=mine, how="ended", by_request=how == "told to end", worker=WORKER
        )

    def _reap(self, mine: Attempt, *, held: bool) -> State | None:
        """Both clocks must agree: neither a lease that still runs nor a heart that beat since makes it dead."""
        row: Any = Job.objects.get(pk=mine.job_id)
        who: Any = {"job_id": mine.job_id, "lease": mine.lease, "worker": WORKER}
        assert transitions.lose_silent_attempt(**who, beat=row.beat) is None
        if held:
            Job.objects.filter(pk=row.pk).update(lease_until="2000-01-01T00:00:00Z")
        assert transitions.lose_silent_attempt(**who, beat=row.beat - 1) is None
        return transitions.lose_silent_attempt(**who, beat=row.beat)

    # Series.

    @rule(verb=st.sampled_from(["pause", "resume", "run_now", "new_version"]))
    def series_is_told(self, verb: str) -> None:
        getattr(self, f"_{verb}")()

    def _pause(self) -> None:
        series_services.pause_series(series_id=self.series, actor=EDITOR)
        self.model.pause()

    def _resume(self) -> None:
        try:
            series_services.resume_series(series_id=self.series, actor=EDITOR)
        except Conflict:
            assert not self.model.resume()
        else:
            assert self.model.resume()

    def _run_now(self) -> None:
        waiting = [job for job in self.model.live_of_series() if job.state == "scheduled"]
        try:
            series_services.run_series_now(series_id=self.series, actor=ANN)
        except Conflict:
            assert not waiting
        else:
            self.model.move(waiting[0], "scheduled", due=True)

    def _new_version(self) -> None:
        """Of the template; compiling one takes its time, so there are few."""
        if self.versions > 2:
            return
        self.versions += 1
        store(document(SERIES_TYPE, label=f"version {self.versions}", **RULES))
        for job in self.model.live_of_series():
            if self.model.series == "active" and job.state == "scheduled" and job.attempt == 0:
                self.model.move(job, "scheduled", due=False)

    @precondition(lambda self: self.model.last_number > 1)
    @rule(target=jobs)
    def newest_of_the_series(self) -> Any:
        return self.model.last_number

    # After each step.

    @invariant()
    def postgres_is_as_the_model(self) -> None:
        if not hasattr(self, "model"):
            return
        found = {}
        for row in Job.objects.values("id", "series_number", "lease", "terminate_requested_at", *COMPARED):
            assert (row["lease"] is not None) == (row["state"] == "running")
            found[row["series_number"] or row["id"]] = (
                *[row[name] for name in COMPARED],
                row["terminate_requested_at"] is not None,
            )
        assert found == {key: self._expected(job) for key, job in self.model.jobs.items()}
        series = Series.objects.get(pk=self.series)
        assert (series.state, series.run_count, series.last_number) == (
            self.model.series,
            self.model.run_count,
            self.model.last_number,
        )

    @staticmethod
    def _expected(job: ModelJob) -> tuple[Any, ...]:
        return (
            job.state, job.reason, job.attempt, job.failures, job.losses, job.interruptions, job.withdrawals,
            job.percent, job.version, job.priority, job.stop,
        )  # fmt: skip

    @invariant()
    def every_change_is_one_event_and_every_end_one_ending(self) -> None:
        rows = Job.objects.values_list("id", "state", "version")
        assert recorded() == {job_id: (version, 1, int(state not in LIVE)) for job_id, state, version in rows}

    @invariant()
    def an_active_series_has_one_live_job_and_no_slot_is_taken_twice(self) -> None:
        if not hasattr(self, "model"):
            return
        assert len(self.model.live_of_series()) <= 1
        assert self.model.series != "active" or self.model.live_of_series()
        in_slots = Job.objects.filter(limited=True, state__in=["queued", "running"]).count()
        assert in_slots <= SLOTS


# When it fails, the shortest way there is looked for, and that takes minutes.
@pytest.mark.timeout(900)
@pytest.mark.django_db
@pytest.mark.parametrize("examples", [3, pytest.param(MANY_EXAMPLES, marks=pytest.mark.long)])
def test_the_ledger_is_as_the_model_says_whatever_happens(examples: int) -> None:
    store(
        document(OTP, **RULES),
        document(PASSWORD, maxConcurrent=SLOTS, **RULES),
        document(SERIES_TYPE, **RULES),
    )
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=examples,
            stateful_step_count=40,
            deadline=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )

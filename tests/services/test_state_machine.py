"""Whatever is done to jobs and series in whatever order: the ledger on Postgres is as the pure model says.

Each example is one transaction that is rolled back; what only a commit would check is checked at its end.
Many more of them: LEDGER_EXAMPLES=1000 .venv/bin/python -m pytest tests/services/test_state_machine.py
"""

from __future__ import annotations

import os
import uuid
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
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

from jobs import transitions
from jobs.models import Job, JobEvent, Series
from jobs.services import control
from jobs.services import series as series_services
from jobs.services.series_editing import create_series
from jobs.services.submit import Submission, submit_job
from jobs.states import LIVE, Reason, State
from jobs.transitions import Attempt, Outcome
from scheduler_project.errors import Conflict
from templates_app import queries
from tests.factories import ANN, EDITOR, OTP, PASSWORD, PID, WORKER, document, finish, recorded, store
from tests.services.ledger_model import MAX_ATTEMPTS, MAX_LOST, SLOTS, Model, ModelJob

SERIES_TYPE = "birthday_notification_job"
TYPES = [OTP, PASSWORD, SERIES_TYPE]
EXAMPLES = int(os.environ.get("LEDGER_EXAMPLES", "30"))
RULES: dict[str, Any] = {"maxAttempts": MAX_ATTEMPTS, "maxLost": MAX_LOST}
COMPARED = (
    "state", "reason", "attempt", "failures", "losses", "withdrawals", "completion_percentage", "version", "priority",
)  # fmt: skip


class Ledger(RuleBasedStateMachine):
    jobs = Bundle("jobs")
    attempts = Bundle("attempts")  # also those that lost their lease long ago: they go on trying

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        queries._remembered_spec.cache_clear()

    @initialize(target=jobs, max_runs=st.sampled_from([None, None, 2]))
    def begin(self, max_runs: int | None) -> Any:
        self.model = Model(max_runs)
        store(
            document(OTP, **RULES),
            document(PASSWORD, maxConcurrent=SLOTS, **RULES),
            document(SERIES_TYPE, **RULES),
        )
        wish = {"every_seconds": 3600, "max_runs": max_runs}
        self.series = create_series(job_type=SERIES_TYPE, wish=wish, actor=EDITOR)
        self.versions = 1
        self.model.insert_next()
        return 1

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

    @rule(target=jobs, limited=st.booleans(), priority=st.integers(0, 9), due=st.booleans())
    def create(self, limited: bool, priority: int, due: bool) -> Any:
        wish = Submission(
            PASSWORD if limited else OTP, start_in_seconds=0 if due else 3600, priority=priority
        )
        key = submit_job(submission=wish, actor=ANN)
        self.model.create(key, limited=limited, priority=priority, due=due)
        return key

    @rule(keys=st.lists(jobs, max_size=4, unique=True), dry_run=st.booleans())
    def stop_many(self, keys: list[Any], dry_run: bool) -> None:
        ids = [self.id_of(key) for key in keys]
        report = control.terminate_jobs(job_ids=ids, actor=ANN, dry_run=dry_run)
        if dry_run:
            assert report.matched == len(keys)
        else:
            expected = self.model.terminate([self.job(key) for key in keys])
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
        hints = transitions.due_hints(queue="default", limit=limit)
        assert sorted(hint.priority for hint in hints) == sorted(job.priority for job in expected)
        numbers = dict(Job.objects.filter(series_id=self.series).values_list("pk", "series_number"))
        for hint in hints:
            job = self.job(numbers.get(hint.job_id, hint.job_id))
            assert (job.state, job.due) == ("scheduled", True)
            self.model.move(job, "queued")

    @rule(key=jobs)
    def time_passes(self, key: Any) -> None:
        Job.objects.filter(pk=self.id_of(key), state="scheduled").update(
            start_time="2000-01-01T00:00:00Z", claim_at="2000-01-01T00:00:00Z"
        )
        self.job(key).due = self.job(key).due or self.job(key).state == "scheduled"

    @rule(attempt=attempts, beat_seen=st.booleans(), lease_over=st.booleans())
    def reap(self, attempt: tuple[Any, Attempt], beat_seen: bool, lease_over: bool) -> None:
        """With the beat as the reaper saw it, or an older one; with a lease that ran out, or not yet."""
        key, mine = attempt
        row: Any = Job.objects.get(pk=self.id_of(key))
        if lease_over and self.holds(attempt):
            Job.objects.filter(pk=row.pk).update(lease_until="2000-01-01T00:00:00Z")
        beat = row.beat if beat_seen else row.beat - 1
        found = transitions.lose_silent_attempt(job_id=row.pk, lease=mine.lease, beat=beat, worker=WORKER)
        dead = self.holds(attempt) and beat_seen and lease_over
        assert found == (self.model.lose(self.job(key)) if dead else None)
        if lease_over and self.holds(attempt):
            assert transitions.beat(job_id=row.pk, lease=mine.lease)[0]

    # Workers.

    @rule(target=attempts, key=jobs)
    def claim(self, key: Any) -> Any:
        """A hint for any job at any time: late, doubled or forged ones find nothing to claim."""
        attempt = transitions.start(job_id=self.id_of(key), worker=WORKER, pid=PID, job_types=TYPES)
        assert (attempt is not None) == self.model.start(self.job(key))
        return multiple((key, attempt)) if attempt else multiple()

    @rule(key=jobs)
    def no_handler_here(self, key: Any) -> None:
        job = self.job(key)
        done = transitions.withdraw(job_ids=[self.id_of(key)], why="no handler")
        assert bool(done) == (job.state == "queued")
        if done:
            self.model.move(job, "scheduled", withdrawals=job.withdrawals + 1, due=False)

    @rule(key=jobs)
    def no_handler_anywhere(self, key: Any) -> None:
        reason = Reason.HANDLER_NOT_FOUND
        done = transitions.fail_waiting(job_id=self.id_of(key), reason=reason, message="none", actor=WORKER)
        assert done == (self.job(key).state == "queued")
        if done:
            self.model.no_handler(self.job(key))

    @rule(attempt=attempts)
    def beat(self, attempt: tuple[Any, Attempt]) -> None:
        mine, stop_at = transitions.beat(job_id=attempt[1].job_id, lease=attempt[1].lease)
        assert mine == self.holds(attempt)
        assert (stop_at is not None) == (mine and self.job(attempt[0]).stop)

    @rule(attempt=attempts, percent=st.integers(0, 100))
    def report(self, attempt: tuple[Any, Attempt], percent: int) -> None:
        key, mine = attempt
        done = transitions.report_progress(job_id=mine.job_id, lease=mine.lease, percent=percent, message="")
        assert done == self.holds(attempt)
        if done:
            self.model.move(self.job(key), "running", percent=max(percent, self.job(key).percent))

    @rule(attempt=attempts)
    def log(self, attempt: tuple[Any, Attempt]) -> None:
        line = {"time": "", "level": "info", "attempt": 1, "text": "x"}
        done = transitions.append_log(job_id=attempt[1].job_id, lease=attempt[1].lease, lines=[line])
        assert done == self.holds(attempt)

    @rule(attempt=attempts)
    def step_of_a_stop(self, attempt: tuple[Any, Attempt]) -> None:
        key, mine = attempt
        done = transitions.record_step(
            job_id=mine.job_id, lease=mine.lease, step="exception_raised", actor=WORKER
        )
        assert done == self.holds(attempt)
        if done:
            self.model.move(self.job(key), "running")

    @rule(
        attempt=st.one_of(attempts, consumes(attempts)),
        outcome=st.sampled_from(["succeeded", "failed", "terminated"]),
        retry_in=st.sampled_from([None, 0.0, 3600.0]),
    )
    def end(self, attempt: tuple[Any, Attempt], outcome: str, retry_in: float | None) -> None:
        if outcome == "failed":
            told = Outcome(State.FAILED, reason=Reason.ERROR, retry_in=retry_in)
        else:
            told = Outcome(State(outcome), result={"sent": True})
        held = self.holds(attempt)
        retry_due = None if retry_in is None else retry_in == 0
        expected = self.model.end(self.job(attempt[0]), outcome, retry_due=retry_due) if held else None
        assert finish(attempt[1], told) == expected

    @rule(key=jobs)
    def pool_process_dies(self, key: Any) -> None:
        found = transitions.lose_dead_attempt(job_id=self.id_of(key), worker=WORKER, pid=PID)
        assert found == (self.model.lose(self.job(key)) if self.job(key).state == "running" else None)

    # Series.

    @rule()
    def pause(self) -> None:
        series_services.pause_series(series_id=self.series, actor=EDITOR)
        self.model.pause()

    @rule()
    def resume(self) -> None:
        try:
            series_services.resume_series(series_id=self.series, actor=EDITOR)
        except Conflict:
            assert not self.model.resume()
        else:
            assert self.model.resume()

    @rule()
    def run_now(self) -> None:
        waiting = [job for job in self.model.live_of_series() if job.state == "scheduled"]
        try:
            series_services.run_series_now(series_id=self.series, actor=ANN)
        except Conflict:
            assert not waiting
        else:
            self.model.move(waiting[0], "scheduled", due=True)

    @precondition(lambda self: hasattr(self, "model") and self.versions < 5)
    @rule()
    def new_version_of_its_template(self) -> None:
        self.versions += 1
        store(document(SERIES_TYPE, label=f"version {self.versions}", **RULES))
        for job in self.model.live_of_series():
            if self.model.series == "active" and job.state == "scheduled" and job.attempt == 0:
                self.model.move(job, "scheduled", due=False)

    @precondition(lambda self: hasattr(self, "model") and self.model.last_number > 1)
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
            job.state, job.reason, job.attempt, job.failures, job.losses, job.withdrawals, job.percent, job.version,
            job.priority, job.stop,
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


@pytest.mark.django_db
def test_the_ledger_is_as_the_model_says_whatever_happens() -> None:
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

"""Begin and end of an example of the ledger's state machine, and what people do in between to jobs and series."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, multiple, precondition, rule

from foundation.errors import Conflict
from jobs import transitions
from jobs.models import Job, JobEvent
from jobs.services import control
from jobs.services import series as series_services
from jobs.services.preparing import Submission
from jobs.services.series_editing import create_series
from jobs.services.submit import submit_job
from jobs.states import LIVE, State
from jobs.transitions import Attempt
from templates_app import queries
from tests.factories import ANN, EDITOR, OTP, PASSWORD, PID, WORKER, document, store
from tests.services.ledger_model import MAX_ATTEMPTS, MAX_LOST, Model, ModelJob

SERIES_TYPE = "birthday_notification_job"
RULES: dict[str, Any] = {"maxAttempts": MAX_ATTEMPTS, "maxLost": MAX_LOST}
JOBS = Bundle("jobs")


class People(RuleBasedStateMachine):
    """An example is one transaction that is rolled back; what only a commit would check is checked at its end."""

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()

    @initialize(target=JOBS, max_runs=st.sampled_from([None, None, 2]))
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
        target=JOBS,
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

    @rule(keys=st.lists(JOBS, min_size=1, max_size=3, unique=True))
    def stop_many(self, keys: list[Any]) -> None:
        ids, jobs = [self.id_of(key) for key in keys], [self.job(key) for key in keys]
        told = [control.terminate_jobs(job_ids=ids, actor=ANN, dry_run=dry_run) for dry_run in (True, False)]
        expected = self.model.terminate(jobs)
        for report in told:
            assert report.matched == len(keys)
            assert (report.terminated, report.requested, report.already_ended) == expected

    @rule(key=JOBS)
    def stop(self, key: Any) -> None:
        ended = self.job(key).state not in LIVE
        try:
            told = control.terminate_job(job_id=self.id_of(key), actor=ANN)
        except Conflict:
            assert ended
        else:
            assert not ended
            assert told == ("terminated" if self.model.terminate([self.job(key)])[0] else "requested")

    @rule(key=JOBS, percent=st.integers(0, 100))
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
    @rule(target=JOBS)
    def newest_of_the_series(self) -> Any:
        return self.model.last_number

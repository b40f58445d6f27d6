"""What the dispatcher and workers do in an example of the ledger's state machine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.postgres.functions import TransactionNow
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, consumes, multiple, rule

from jobs import transitions
from jobs.models import Job, LiveJob
from jobs.states import LIVE, Reason, State
from jobs.transitions import Attempt, AttemptOutcome, Capacity, Success
from jobs.transitions.capacity import LATE_AFTER_SECONDS, REPUBLISH_AFTER_SECONDS
from jobs.transitions.ending import MAX_INTERRUPTIONS
from tests.factories import OTP, PASSWORD, PID, WORKER, claim_due, claimant, finish
from tests.services.ledger_model import ModelJob
from tests.services.ledger_people import JOBS, SERIES_TYPE, People

TYPES = [OTP, PASSWORD, SERIES_TYPE]
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
# Also those that lost their lease long ago: they go on trying.
ATTEMPTS = Bundle("attempts")


class Workers(People):
    # The dispatcher.

    @rule(limit=st.integers(1, 4))
    def hand_over(self, limit: int) -> None:
        expected = self.model.claimable(limit)
        claimed = claim_due(queue="default", limit=limit)
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
        back = self._back_in_the_line(
            lambda: transitions.reclaim_less_urgent(queue="default", urgent=most_urgent)
        )
        assert back == less_urgent

    def _queued_for_seconds(self) -> list[ModelJob]:
        late = TransactionNow() + timedelta(seconds=REPUBLISH_AFTER_SECONDS - LATE_AFTER_SECONDS - 1)
        LiveJob.objects.filter(state=State.QUEUED).update(publish_due=late)
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
        LiveJob.objects.filter(state="scheduled").update(
            start_time="2000-01-01T00:00:00Z", claim_at="2000-01-01T00:00:00Z"
        )
        for job in self.model.jobs.values():
            job.due = job.due or job.state == "scheduled"

    # Workers.

    @rule(target=ATTEMPTS, key=JOBS)
    def claim(self, key: Any) -> Any:
        """A message for any job at any time: late, doubled or forged ones find nothing to claim."""
        attempt = self._start(key)
        return multiple((key, attempt)) if attempt else multiple()

    @rule(target=ATTEMPTS, limit=st.integers(1, 4))
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

    @rule(key=JOBS, hows=st.lists(st.sampled_from(ENDS), min_size=2, max_size=5))
    def is_tried_again_and_again(self, key: Any, hows: list[str]) -> None:
        """The way to the end of attempts and losses is long for random steps."""
        for how in hows:
            self.time_passes()
            self.hand_over(4)
            attempt = self._start(key)
            if attempt:
                self._end((key, attempt), how)

    @rule(key=JOBS)
    def was_interrupted_almost_too_often(self, key: Any) -> None:
        """Ten times would take an example too many steps."""
        job = self.job(key)
        if job.state in LIVE:
            job.interruptions = MAX_INTERRUPTIONS - 1
            LiveJob.objects.filter(pk=self.id_of(key)).update(interruptions=job.interruptions)

    @rule(key=JOBS, anywhere=st.booleans())
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

    @rule(attempt=ATTEMPTS, percent=st.integers(0, 100))
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
        target=ATTEMPTS,
        attempt=consumes(ATTEMPTS),
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

    @rule(target=ATTEMPTS, attempt=consumes(ATTEMPTS), key=JOBS)
    def attempt_succeeds_and_its_worker_goes_on(self, attempt: tuple[Any, Attempt], key: Any) -> Any:
        """In one statement, with each one's own guard. Attempts whose end lets another job start end otherwise."""
        mine, held = attempt[1], self.holds(attempt)
        if mine.makes_room:
            return multiple(attempt)
        done, attempts = transitions.finish_and_claim(
            successes=[Success(mine, {}, began_ago=0, ended_ago=0)],
            next_ids=[self.id_of(key)],
            claimant=claimant(job_types=TYPES),
        )
        following = attempts[0] if attempts else None
        assert bool(done) == held
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
            LiveJob.objects.filter(pk=row.pk).update(lease_until="2000-01-01T00:00:00Z")
        assert transitions.lose_silent_attempt(**who, beat=row.beat - 1) is None
        return transitions.lose_silent_attempt(**who, beat=row.beat)

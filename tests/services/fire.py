"""Everybody who touches the ledger, each a loop in a thread of its own, and what they saw with their own eyes.

The broker between them loses and doubles messages, workers crash under their jobs, people stop and pause at random.
"""

from __future__ import annotations

import itertools
import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from django.db import OperationalError, connection
from psycopg.errors import DeadlockDetected

from foundation.errors import Conflict
from jobs import dispatch_messages, transitions
from jobs.dispatcher.reaper import Reaper
from jobs.models import Job, Series
from jobs.read import records
from jobs.services import series as services
from jobs.services.control import terminate_jobs
from jobs.states import LIVE, Reason, State
from jobs.transitions import Attempt, AttemptOutcome, Claimant, Success
from tests.factories import ANN, EDITOR, claim_due, number_events

Answer = TypeVar("Answer")
LOST, DOUBLED, CUT_SHORT, CRASHED = 0.1, 0.3, 0.07, 0.03
MAX_QUEUED_PER_QUEUE = 64
TAKEN = "a living attempt was taken for dead"


class Witness:
    """Which attempts ran when, by this process's clock; it asks the database nothing."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.runs: dict[uuid.UUID, list[tuple[float, float]]] = {}
        self.starts: Counter[uuid.UUID] = Counter()
        self.crashes: Counter[uuid.UUID] = Counter()  # of the run's own process
        self.interruptions: Counter[uuid.UUID] = Counter()  # with its worker or its slot
        self.together: Counter[str] = Counter()
        self.most_together: Counter[str] = Counter()

    def started(self, attempt: Attempt) -> float:
        with self._lock:
            self.starts[attempt.job_id] += 1
            self.together[attempt.job_type] += 1
            now = self.together[attempt.job_type]
            self.most_together[attempt.job_type] = max(self.most_together[attempt.job_type], now)
        return time.monotonic()

    def over(self, attempt: Attempt) -> float:
        """Before the end is stored: from then on another attempt may start."""
        with self._lock:
            self.together[attempt.job_type] -= 1
        return time.monotonic()

    def ran(self, attempt: Attempt, since: float, until: float) -> None:
        with self._lock:
            self.runs.setdefault(attempt.job_id, []).append((since, until))

    def crashed(self, attempt: Attempt) -> None:
        with self._lock:
            self.crashes[attempt.job_id] += 1

    def interrupted(self, attempt: Attempt) -> None:
        with self._lock:
            self.interruptions[attempt.job_id] += 1


class Fire:
    """`burn()` runs all of it until no job but those of the series lives, or raises what a thread raised."""

    def __init__(self, *, seed: int, ids: list[uuid.UUID], job_types: list[str], longest: float) -> None:
        self.seed = seed
        self.ids = ids
        self.job_types = job_types
        self.until = time.monotonic() + longest
        self.witness = Witness()
        self.stop_wished: set[uuid.UUID] = set()
        self.read: list[int] = []
        self.deadlocks: list[str] = []
        self._broker: list[uuid.UUID] = []
        self._dead: list[Attempt] = []
        self._pids = itertools.count(1)
        self._over = threading.Event()

    def loops(self, *, workers: int, dispatchers: int) -> list[Callable[[], None]]:
        each: list[Callable[[random.Random], None]] = [
            *[self._work] * workers,
            *[self._dispatch] * dispatchers,
            *[self._number] * 2,
            self._stop_some,
            self._toggle_series,
            self._read_feed,
        ]
        reaper = Reaper()
        loops = [self._loop(one, random.Random(self.seed + place)) for place, one in enumerate(each)]
        return [*loops, self._loop(lambda _: self._reap(reaper), random.Random()), self._watch]

    def _loop(self, turn: Callable[[random.Random], None], luck: random.Random) -> Callable[[], None]:
        def run() -> None:
            try:
                while not self._over.is_set():
                    turn(luck)
            finally:
                self._over.set()

        return run

    def _watch(self) -> None:
        """Ends it all when all is done, or when it takes too long; the test then says what is left."""
        while not self._over.wait(0.2):
            alive = Job.objects.filter(pk__in=self.ids, state__in=LIVE).exists()
            if not alive or time.monotonic() > self.until:
                self._over.set()

    def _dispatch(self, luck: random.Random) -> None:
        if len(self._broker) > MAX_QUEUED_PER_QUEUE:
            time.sleep(0.005)
            return
        # The patience with a lost message, shortened: half a second instead of fifteen.
        _run(
            """UPDATE jobs_live SET publish_due = now() WHERE id IN (SELECT id FROM jobs_job
            WHERE state = 'queued' AND publish_due < now() + %s FOR UPDATE SKIP LOCKED)""",
            "14.5 s",
        )
        found = claim_due(queue="default", limit=20) + dispatch_messages.take_overdue(limit=20)
        for queued_job in found:
            if luck.random() >= LOST:
                self._broker += [queued_job.job_id] * (2 if luck.random() < DOUBLED else 1)
        if not found:
            time.sleep(0.01)

    def _work(self, luck: random.Random) -> None:
        try:
            job_id = self._broker.pop(luck.randrange(len(self._broker)))
        except (IndexError, ValueError):
            time.sleep(0.01)
            return
        who = Claimant("w", next(self._pids), self.job_types, ["default"])
        attempt = transitions.start(job_id=job_id, claimant=who)
        while attempt is not None:
            attempt = self._attend(attempt, who, luck)

    def _attend(self, attempt: Attempt, who: Claimant, luck: random.Random) -> Attempt | None:
        """As a worker does: one attempt to its end, which may be the beginning of the next."""
        since = self.witness.started(attempt)
        mine: Any = {"job_id": attempt.job_id, "lease": attempt.lease}
        if luck.random() < 0.3:
            transitions.report_progress(**mine, percent=luck.randint(0, 100), message="")
        if luck.random() < 0.3:
            transitions.renew_lease(**mine)
        until = self.witness.over(attempt)
        if luck.random() < CRASHED:
            self._crash(attempt)
            return None
        if luck.random() < CUT_SHORT:
            self._interrupt(attempt, who.pid, luck)
            return None
        self.witness.ran(attempt, since, until)
        outcome = _some_outcome(attempt, luck)
        if outcome.state == State.SUCCEEDED and not attempt.makes_room:
            return self._go_on(attempt, outcome, who, luck)
        state = transitions.end_attempt(attempt=attempt, outcome=outcome, actor="w")
        assert state is not None, TAKEN
        return None

    def _go_on(
        self, attempt: Attempt, outcome: AttemptOutcome, who: Claimant, luck: random.Random
    ) -> Attempt | None:
        try:
            next_id = self._broker.pop(luck.randrange(len(self._broker)))
        except (IndexError, ValueError):
            next_id = None
        success = Success(attempt, outcome.result, began_ago=0, ended_ago=0)
        next_ids = [next_id] if next_id else []
        ended, following = self._insist(
            lambda: transitions.finish_and_claim(successes=[success], next_ids=next_ids, claimant=who)
        )
        assert ended == {attempt.job_id}, TAKEN
        return following[0] if following else None

    def _insist(self, act: Callable[[], Answer]) -> Answer:
        """A deadlock is answered by another try, as by workers and by callers of the API; it changed nothing."""
        while True:
            try:
                return act()
            except OperationalError as error:
                if not isinstance(error.__cause__, DeadlockDetected):
                    raise
                self.deadlocks.append(str(error))

    def _crash(self, attempt: Attempt) -> None:
        self.witness.crashed(attempt)
        how = "was killed by SIGSEGV"
        state = transitions.lose_own_attempt(attempt=attempt, how=how, by_request=False, worker="w")
        assert state is not None, TAKEN

    def _interrupt(self, attempt: Attempt, pid: int, luck: random.Random) -> None:
        """The worker dies, and says so of its pool process or not; or the slot or its process is told to end."""
        self.witness.interrupted(attempt)
        way = luck.randrange(4)
        if way == 0:
            self._dead.append(attempt)
            return
        if way == 1:
            state = transitions.lose_dead_attempt(job_id=attempt.job_id, worker="w", pid=pid)
        elif way == 2:
            state = transitions.interrupt_attempt(attempt=attempt, worker="w")
        else:
            how = "was killed by SIGTERM"
            state = transitions.lose_own_attempt(attempt=attempt, how=how, by_request=True, worker="w")
        assert state is not None, TAKEN

    def _reap(self, reaper: Reaper) -> None:
        # Time passes for those that crashed, and for them alone: on a slow machine nobody else is late.
        while self._dead:
            lease = self._dead.pop().lease
            _run("UPDATE jobs_live SET lease_until = now() - interval '1 s' WHERE lease = %s", lease)
        reaper.run_once()
        time.sleep(0.1)

    def _stop_some(self, luck: random.Random) -> None:
        chosen = luck.sample(self.ids, k=min(20, len(self.ids)))
        if luck.random() < 0.1:
            self.stop_wished |= set(chosen)
            self._insist(lambda: terminate_jobs(job_ids=chosen, actor=ANN, dry_run=False))
        time.sleep(0.05)

    def _toggle_series(self, luck: random.Random) -> None:
        for series in Series.objects.all():
            act: Any = luck.choice(
                [services.pause_series, services.resume_series, *[services.run_series_now] * 4]
            )
            with suppress(Conflict):
                act(series_id=series.pk, actor=EDITOR)
        time.sleep(0.02)

    def _number(self, luck: random.Random) -> None:
        if not number_events():
            time.sleep(0.01)

    def _read_feed(self, luck: random.Random) -> None:
        if not self.follow_feed():
            time.sleep(0.02)

    def follow_feed(self) -> int:
        """What a client does that follows `next`."""
        page = records.events_after(self.read[-1] if self.read else 0, limit=200)
        self.read += [event["seq"] for event in page]
        return len(page)


def _some_outcome(attempt: Attempt, luck: random.Random) -> AttemptOutcome:
    if luck.random() < 0.7:
        return AttemptOutcome(State.SUCCEEDED, result={"ok": True})
    again = attempt.failures + 1 < attempt.max_attempts
    return AttemptOutcome(State.FAILED, reason=Reason.ERROR, retry_in=luck.random() / 10 if again else None)


def _run(sql: str, value: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, [value])

"""One performance: the load plays, faults come, and in the end everything must be as promised."""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any, Self

import httpx

from tests.faults import bounds, invariants, recovery, witness
from tests.faults import evidence as found
from tests.faults.audience import Audience
from tests.faults.bounds import Bounds, Window
from tests.faults.evidence import Evidence
from tests.faults.faults import Fault
from tests.faults.left_behind import left_behind
from tests.faults.load import PASSWORD, Load
from tests.faults.pace import Pace
from tests.faults.stage import Stage
from tests.faults.watches import StuckWatch
from tests.support.servers import Server
from tests.support.waiting import wait_for

RECOVERY_SECONDS = 180  # a deadline for slow machines; no test of speed
CONVERGENCE_SECONDS = 90
SOCKETS = 20
READ_BY_ANYBODY = ("jobs/?page_size=200", "events/", "series/", "templates/export/", "workers/", "queues/")
WHILE_IT_PLAYS = (
    invariants.runs_of_a_job_never_overlap,
    invariants.starts_are_no_more_than_attempts_losses_and_interruptions,
    invariants.a_loss_or_an_interruption_has_its_cause,
    invariants.each_series_has_one_live_job_and_numbers_without_gaps,
    invariants.nothing_starts_before_its_time,
    invariants.a_fenced_attempt_changes_nothing,
    invariants.nothing_fails_that_did_not_earn_it,
    invariants.a_run_finds_its_process_as_new,
)


class Performance:
    """`with Performance(...) as play: play.suffer(fault); play.ends_well()`."""

    def __init__(
        self,
        stage: Stage,
        seed: int,
        *,
        a_second: float,
        poison: bool = False,
        patience: float = 45,
        strict: bool = False,
    ) -> None:
        """`strict`: wait after each fault until everything is right again, and hold that against the bounds."""
        self.stage, self.seed = stage, seed
        self.load = Load(stage, seed, a_second=a_second, poison=poison)
        self.secrets = [PASSWORD, *stage.secrets]
        self.audience = Audience(stage.url, stage.token("viewer"), SOCKETS, forbidden=self.secrets)
        self._pace = Pace()
        self.bounds = Bounds(self._pace)
        self.thaws: list[tuple[int, float]] = []
        self.own_kills = 0  # faults that killed the process of a run while its slot lived
        self.suffered: list[str] = []
        self.suffering: tuple[str, ...] = ()
        self._dice = random.Random(seed)
        self._patience, self._strict = patience, strict
        self._locks: dict[object, threading.Lock] = defaultdict(threading.Lock)
        self._under_fault = threading.Event()
        self._watch = StuckWatch(stage, self._under_fault)
        self._postgres_away: list[tuple[float, float]] = []
        self.windows: list[Window] = []

    def __enter__(self) -> Self:
        self.audience.__enter__()
        self.load.start()
        self._watch.start()
        self._pace.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self.load.stop()
        self._watch.stop()
        self._pace.stop()
        self.audience.__exit__(*raised)

    def suffer(self, *faults: Fault) -> list[str]:
        """These at once; answers what is broken when a job created afterwards has run."""
        self._under_fault.set()
        self.broken_since = self.postgres_time()
        self.suffering = tuple(fault.__name__ for fault in faults)
        self.suffered += self.suffering
        dice = [random.Random(self._dice.random()) for _ in faults]
        try:
            with ThreadPoolExecutor(len(faults)) as threads:
                for done in [
                    threads.submit(fault, self, own) for fault, own in zip(faults, dice, strict=True)
                ]:
                    done.result()
            self._under_fault.clear()
            self.windows.append(Window(self.broken_since, self.postgres_time(), self.suffering))
            recover = recovery.of_everything if self._strict else recovery.of_a_new_job
            recover(self, uuid.UUID(int=self._dice.getrandbits(128)), when=" and ".join(self.suffering))
        except AssertionError as failure:
            return [f"BROKEN: {failure}"]
        return invariants.violations(self._evidence(), WHILE_IT_PLAYS)

    def ends_well(self) -> list[str]:
        """No more is asked for; what was asked for ends. Answers what is broken then."""
        self.load.stop()
        self._pause_all_series()
        with suppress(AssertionError):
            wait_for("all jobs end", self._all_ended, within=RECOVERY_SECONDS, every=0.5)
        with self.stage.sql() as sql:
            jobs = found.read_jobs(sql)
            bounds.note_lateness(self.bounds, sql, self.windows)
        began = time.monotonic()
        self.audience.await_agreement(
            {job_id: (job.job_type, job.state, job.version) for job_id, job in jobs.items()},
            within=CONVERGENCE_SECONDS,
        )
        self.bounds.note(bounds.SHOWN, time.monotonic() - began, "in the end")
        evidence = self._evidence()
        evidence.secrets, evidence.texts = self.secrets, self._texts()
        evidence.left_behind = left_behind(self.stage)
        late = self.bounds.violations() if self._strict else []
        return invariants.violations(evidence) + self._wrong_answers() + late

    @contextmanager
    def server(self, name: str) -> Iterator[Server]:
        """For one fault at a time: of two at once, the other waits until this server runs again."""
        server: Server = getattr(self.stage.servers, name)
        with self._locks[getattr(server, "server", server)]:
            yield server

    @contextmanager
    def postgres_is_away(self) -> Iterator[None]:
        """Meanwhile callers may be asked to come again."""
        began = time.monotonic()
        try:
            yield
        finally:
            self._postgres_away.append((began, time.monotonic()))

    def summary(self) -> str:
        jobs = len(self._evidence().jobs)
        return "\n".join(
            [
                f"{jobs} jobs, {len(self.suffered)} faults, {self.load.told.busy} answers 503, seed {self.seed}",
                *self.bounds.report(),
            ]
        )

    def postgres_time(self) -> datetime:
        with self.stage.sql() as sql:
            rows: list[dict[str, Any]] = sql.execute("SELECT now() AS now").fetchall()
        now: datetime = rows[0]["now"]
        return now

    def _pause_all_series(self) -> None:
        def paused() -> bool:
            try:
                with self.stage.api("editor") as api:
                    all_series = api.get("series/").raise_for_status().json()["results"]
                    for series in all_series:
                        if series["state"] == "active":
                            api.post(f"series/{series['id']}/pause/").raise_for_status()
            except httpx.HTTPError:
                return False
            return True

        wait_for("all series are paused", paused, within=RECOVERY_SECONDS)

    def _all_ended(self) -> bool:
        with self.stage.sql() as sql:
            row = sql.execute(
                "SELECT NOT EXISTS (SELECT FROM jobs_job WHERE state IN ('scheduled', 'queued', 'running')) AS done"
            ).fetchone()
        return bool(row and row["done"])

    def _evidence(self) -> Evidence:
        taken_at = time.monotonic()
        # One transaction: rows, events and series as they were at one moment.
        with self.stage.sql() as sql, sql.transaction():
            sql.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            jobs, events, series = found.read_jobs(sql), found.read_events(sql), found.read_series(sql)
        return Evidence(
            keys=self.load.told.keys,
            stops=self.load.told.stops,
            faults=len(self.suffered),
            own_kills=self.own_kills,
            thaws=self.thaws,
            runs=witness.read(self.stage.witness),
            taken_at=taken_at,
            jobs=jobs,
            events=events,
            series=series,
            stuck=self._watch.longest,
            patience=self._patience,
            watchers=list(self.audience.watchers),
        )

    def _texts(self) -> dict[str, str]:
        """All that anybody may read, and the tables themselves."""
        with self.stage.api("editor") as api:
            answers = {path: api.get(path).text for path in READ_BY_ANYBODY}
        with self.stage.sql() as sql:
            tables = {
                name: str(sql.execute(f"SELECT to_jsonb(row)::text FROM {name} AS row").fetchall())
                for name in ("jobs_job", "jobs_event", "jobs_log", "jobs_series")
            }
        leaks = {
            f"socket {number}": "".join(watcher.leaks)
            for number, watcher in enumerate(self.audience.watchers)
        }
        return {**answers, **tables, **leaks, **self.stage.logs()}

    def _wrong_answers(self) -> list[str]:
        """Creating needs Postgres alone: no fault of another part may be answered with a 5xx."""
        wrong = [
            f"BROKEN: answered {status}: {body}"
            for at, status, body in self.load.told.errors
            if status != 503 or not any(began <= at <= ended + 60 for began, ended in self._postgres_away)
        ]
        wrong += [f"BROKEN: a 503 without Retry-After: {body}" for body in self.load.told.no_advice]
        return [*wrong[:5], *(f"BROKEN: never answered: {path}" for path in self.load.told.given_up)]

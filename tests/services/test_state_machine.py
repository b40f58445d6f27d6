"""Whatever is done to jobs and series in whatever order: the ledger on Postgres is as the pure model says."""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from jobs.models import Job, Series
from jobs.states import LIVE
from tests.factories import OTP, PASSWORD, document, recorded, store
from tests.services.ledger_model import SLOTS, ModelJob
from tests.services.ledger_people import RULES, SERIES_TYPE
from tests.services.ledger_workers import Workers

# Many more: LEDGER_EXAMPLES=1000 .venv/bin/python -m pytest tests/services/test_state_machine.py
MANY_EXAMPLES = int(os.environ.get("LEDGER_EXAMPLES", "100"))
COMPARED = (
    "state", "reason", "attempt", "failures", "losses", "interruptions", "withdrawals", "completion_percentage",
    "version", "priority",
)  # fmt: skip


class Ledger(Workers):
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
        # How often a job went back for want of a worker is kept while it lives alone.
        withdrawals = job.withdrawals if job.state in LIVE else 0
        return (
            job.state, job.reason, job.attempt, job.failures, job.losses, job.interruptions, withdrawals,
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

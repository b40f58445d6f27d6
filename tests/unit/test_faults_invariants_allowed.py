"""The invariants of the fault tests pass what is allowed, however odd it looks."""

from __future__ import annotations

from tests.faults import invariants
from tests.faults.invariants import violations
from tests.faults.witness import Run
from tests.unit.made_up_evidence import good, job, more_starts_than_attempts, overlap

COUNTED = (
    invariants.starts_are_no_more_than_attempts_losses_and_interruptions,
    invariants.a_loss_or_an_interruption_has_its_cause,
)


def test_good_evidence_breaks_none() -> None:
    assert violations(good()) == []


def test_a_process_that_was_frozen_may_breathe_its_last() -> None:
    evidence = good()
    overlap(evidence)
    evidence.thaws = [(10, 40.0)]
    assert violations(evidence) == []
    evidence.thaws = [(10, 30.0)]
    assert violations(evidence)


def test_a_run_that_began_after_the_jobs_were_read_is_not_one_too_many() -> None:
    evidence = good()
    more_starts_than_attempts(evidence)
    evidence.taken_at = 45
    assert violations(evidence) == []


def test_a_poisonous_job_may_be_lost_without_a_fault() -> None:
    evidence = good()
    evidence.faults = 0
    job(evidence, "lost", job_type="poison", losses=1, interruptions=0, max_lost=1)
    assert violations(evidence, COUNTED) == []


def test_a_poisonous_job_may_fail_when_it_has_killed_its_process_too_often() -> None:
    evidence = good()
    evidence.runs += [Run("first", 1, 12, 45, 46), Run("first", 2, 13, 47, 48)]
    job(
        evidence,
        "first",
        job_type="poison",
        kind="exit",
        reason="worker_lost",
        attempt=3,
        losses=2,
        max_lost=1,
    )
    assert violations(evidence) == []


def test_a_job_may_be_lost_once_for_each_kill_of_its_process_and_interrupted_once_for_each_fault() -> None:
    evidence = good()
    evidence.faults, evidence.own_kills = 3, 2
    job(evidence, "lost", attempt=6, losses=2, interruptions=3)
    assert violations(evidence, COUNTED) == []


def test_a_running_job_that_was_done_before_it_saw_the_stop_may_succeed() -> None:
    evidence = good()
    evidence.stops = {"lost": 202}
    assert violations(evidence) == []

"""The invariants of the fault tests can fail: each finds the one thing that is wrong in made-up evidence."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jobs.transitions.ending import MAX_INTERRUPTIONS
from tests.faults import invariants
from tests.faults.evidence import Event, Evidence, SeriesRow
from tests.faults.invariants import CHECKS, violations
from tests.faults.witness import Run
from tests.unit.made_up_evidence import Watcher, good, job, more_starts_than_attempts, overlap


def still_running(evidence: Evidence) -> None:
    job(evidence, "first", state="running")


def two_ends(evidence: Evidence) -> None:
    evidence.events.append(Event("lost", "job_terminated"))


def no_end(evidence: Evidence) -> None:
    del evidence.events[-1]


def same_attempt_twice(evidence: Evidence) -> None:
    evidence.runs.append(Run("lost", 2, 12, 41, 43, "returned"))


def more_attempts_than_allowed(evidence: Evidence) -> None:
    job(evidence, "lost", interruptions=0)


def interrupted_without_a_fault(evidence: Evidence) -> None:
    evidence.faults = 0


def interrupted_too_often(evidence: Evidence) -> None:
    evidence.faults = 20
    job(evidence, "lost", interruptions=MAX_INTERRUPTIONS + 2)


def lost_by_a_fault_that_killed_no_process_of_a_run(evidence: Evidence) -> None:
    job(evidence, "lost", losses=1, interruptions=0)


def lost_too_often(evidence: Evidence) -> None:
    evidence.faults = evidence.own_kills = 9
    job(evidence, "lost", losses=5)


def a_poisonous_job_that_was_lost_too_often(evidence: Evidence) -> None:
    job(evidence, "lost", job_type="poison", losses=3, max_lost=1)


def two_live_jobs(evidence: Evidence) -> None:
    job(evidence, "first", state="queued")


def none_for_an_active_series(evidence: Evidence) -> None:
    evidence.series = [SeriesRow("s", "active", 2)]


def a_gap_in_the_numbers(evidence: Evidence) -> None:
    job(evidence, "second", series_number=3)


def handed_over_too_early(evidence: Evidence) -> None:
    evidence.events.insert(1, Event("lost", "job_queued", 0, 2, early=0.25))


def stuck_for_too_long(evidence: Evidence) -> None:
    evidence.stuck = {"lost": 46.0}


def an_old_attempt_writes(evidence: Evidence) -> None:
    evidence.events.insert(5, Event("lost", "job_progress", 1, 6))


def a_version_comes_twice(evidence: Evidence) -> None:
    evidence.events.insert(5, Event("lost", "job_progress", 2, 5))


def a_change_after_the_end(evidence: Evidence) -> None:
    evidence.events.append(Event("lost", "job_log"))


def the_old_attempts_result(evidence: Evidence) -> None:
    job(evidence, "lost", result_attempt=1)


def a_success_nobody_returned(evidence: Evidence) -> None:
    evidence.runs[1].ended = ""


def a_stop_that_was_forgotten(evidence: Evidence) -> None:
    job(evidence, "stopped", state="failed")


def a_success_after_an_early_stop(evidence: Evidence) -> None:
    evidence.stops = {"lost": 200}


def a_failure_that_nobody_ordered(evidence: Evidence) -> None:
    job(evidence, "first", succeed_at=0)


def a_failure_before_the_last_attempt(evidence: Evidence) -> None:
    job(evidence, "first", max_attempts=2)


def a_timeout_without_a_limit(evidence: Evidence) -> None:
    job(evidence, "first", reason="timeout")


def a_job_that_faults_alone_have_lost(evidence: Evidence) -> None:
    job(evidence, "first", reason="worker_lost", losses=4)


def a_handler_that_was_not_found(evidence: Evidence) -> None:
    job(evidence, "first", reason="handler_not_found")


def a_poisonous_job_that_gave_up_too_early(evidence: Evidence) -> None:
    job(evidence, "first", job_type="poison", kind="exit", reason="worker_lost", losses=1, max_lost=1)


def an_umask_of_somebody_elses(evidence: Evidence) -> None:
    evidence.runs[1].spoiled = "umask"


def a_program_that_goes_on(evidence: Evidence) -> None:
    evidence.left_behind = ["left running: 4711 sleep 3600"]


def a_socket_that_missed_the_end(evidence: Evidence) -> None:
    evidence.watchers = [Watcher({"lost": ("running", 5), "stopped": ("terminated", 2)})]


def a_socket_that_never_heard(evidence: Evidence) -> None:
    evidence.watchers = [Watcher({"lost": ("succeeded", 6)})]


def a_secret_in_the_log(evidence: Evidence) -> None:
    evidence.texts = {"the log": "password=hunter2"}


def accepted_but_gone(evidence: Evidence) -> None:
    evidence.keys = {**evidence.keys, "k3": {"gone"}}


def a_key_with_two_jobs(evidence: Evidence) -> None:
    job(evidence, "stopped", mark="k1")


def a_key_with_two_answers(evidence: Evidence) -> None:
    evidence.keys = {"k1": {"lost", "stopped"}}


WRONG: list[tuple[invariants.Check, Callable[[Evidence], None]]] = [
    (invariants.every_accepted_job_ends_once, still_running),
    (invariants.every_accepted_job_ends_once, two_ends),
    (invariants.every_accepted_job_ends_once, no_end),
    (invariants.runs_of_a_job_never_overlap, overlap),
    (invariants.runs_of_a_job_never_overlap, same_attempt_twice),
    (invariants.starts_are_no_more_than_attempts_losses_and_interruptions, more_starts_than_attempts),
    (invariants.starts_are_no_more_than_attempts_losses_and_interruptions, more_attempts_than_allowed),
    (invariants.a_loss_or_an_interruption_has_its_cause, interrupted_without_a_fault),
    (invariants.a_loss_or_an_interruption_has_its_cause, interrupted_too_often),
    (invariants.a_loss_or_an_interruption_has_its_cause, lost_by_a_fault_that_killed_no_process_of_a_run),
    (invariants.a_loss_or_an_interruption_has_its_cause, lost_too_often),
    (invariants.a_loss_or_an_interruption_has_its_cause, a_poisonous_job_that_was_lost_too_often),
    (invariants.each_series_has_one_live_job_and_numbers_without_gaps, two_live_jobs),
    (invariants.each_series_has_one_live_job_and_numbers_without_gaps, none_for_an_active_series),
    (invariants.each_series_has_one_live_job_and_numbers_without_gaps, a_gap_in_the_numbers),
    (invariants.nothing_starts_before_its_time, handed_over_too_early),
    (invariants.nothing_waits_without_a_message_or_runs_without_a_lease, stuck_for_too_long),
    (invariants.a_fenced_attempt_changes_nothing, an_old_attempt_writes),
    (invariants.a_fenced_attempt_changes_nothing, a_version_comes_twice),
    (invariants.a_fenced_attempt_changes_nothing, a_change_after_the_end),
    (invariants.a_fenced_attempt_changes_nothing, the_old_attempts_result),
    (invariants.a_fenced_attempt_changes_nothing, a_success_nobody_returned),
    (invariants.an_accepted_stop_ends_the_job, a_stop_that_was_forgotten),
    (invariants.an_accepted_stop_ends_the_job, a_success_after_an_early_stop),
    (invariants.nothing_fails_that_did_not_earn_it, a_failure_that_nobody_ordered),
    (invariants.nothing_fails_that_did_not_earn_it, a_failure_before_the_last_attempt),
    (invariants.nothing_fails_that_did_not_earn_it, a_timeout_without_a_limit),
    (invariants.nothing_fails_that_did_not_earn_it, a_job_that_faults_alone_have_lost),
    (invariants.nothing_fails_that_did_not_earn_it, a_handler_that_was_not_found),
    (invariants.nothing_fails_that_did_not_earn_it, a_poisonous_job_that_gave_up_too_early),
    (invariants.a_run_finds_its_process_as_new, an_umask_of_somebody_elses),
    (invariants.what_a_job_started_ends_with_it, a_program_that_goes_on),
    (invariants.every_socket_shows_what_rest_says, a_socket_that_missed_the_end),
    (invariants.every_socket_shows_what_rest_says, a_socket_that_never_heard),
    (invariants.no_secret_is_seen, a_secret_in_the_log),
    (invariants.what_was_accepted_exists_and_a_key_means_one_job, accepted_but_gone),
    (invariants.what_was_accepted_exists_and_a_key_means_one_job, a_key_with_two_jobs),
    (invariants.what_was_accepted_exists_and_a_key_means_one_job, a_key_with_two_answers),
]


@pytest.mark.parametrize(("check", "spoil"), WRONG, ids=[spoil.__name__ for _, spoil in WRONG])
def test_it_finds(check: invariants.Check, spoil: Callable[[Evidence], None]) -> None:
    evidence = good()
    spoil(evidence)
    found = violations(evidence)
    assert any(check.__name__.replace("_", " ") in sentence for sentence in found), found


def test_each_promise_is_shown_to_fail() -> None:
    assert {check for check, _ in WRONG} == set(CHECKS)

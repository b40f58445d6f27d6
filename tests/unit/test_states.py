"""The words of the contract for states, reasons and series, and that they part into live and terminal."""

from __future__ import annotations

from jobs.states import LIVE, TERMINAL, WAITING, EventKind, Reason, SeriesState, State


def test_the_states_are_those_of_the_contract() -> None:
    assert [state.value for state in State] == [
        "scheduled",
        "queued",
        "running",
        "succeeded",
        "failed",
        "terminated",
    ]


def test_every_state_is_either_live_or_terminal() -> None:
    assert set(LIVE) | set(TERMINAL) == set(State)
    assert not set(LIVE) & set(TERMINAL)
    assert set(WAITING) == set(LIVE) - {State.RUNNING}


def test_the_reasons_of_a_failure_are_those_of_the_contract() -> None:
    assert {reason.value for reason in Reason} == {"error", "timeout", "worker_lost", "handler_not_found"}


def test_the_events_that_are_notifications_carry_their_names() -> None:
    kinds = {kind.value for kind in EventKind}
    assert {"job_created", "job_started", "job_progress", "job_terminated", "job_log"} <= kinds


def test_a_series_is_active_paused_or_ended() -> None:
    assert {state.value for state in SeriesState} == {"active", "paused", "ended"}

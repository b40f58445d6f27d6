"""Why a job is not running yet, in one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import pytest

from jobs.read.waiting import MAX_QUEUED_PER_QUEUE, WaitingFacts, waiting_reason
from jobs.states import State

NOW = datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC)


def reason(
    slots: dict[str, tuple[int, int]] | None = None,
    ahead: int = 0,
    places: Mapping[str, tuple[int, int]] = MappingProxyType({}),
    suffers: tuple[str, ...] = (),
    **changed: Any,
) -> str | None:
    row: dict[str, Any] = {
        "template_id": "mail_job",
        "state": State.SCHEDULED,
        "start_time": NOW,
        "queue": "default",
        "attempt": 0,
        "reason": None,
        "limited": slots is not None,
        "claim_at": NOW,
        "withdrawals": 0,
    }
    facts = WaitingFacts(
        NOW, frozenset({"default"}), slots or {}, {"default": ahead}, places, frozenset(suffers)
    )
    return waiting_reason(row | changed, facts)


def test_a_due_job_waits_for_a_slot_of_its_template() -> None:
    assert reason(slots={"mail_job": (2, 2)}) == "2 of 2 slots of this template are busy"
    assert reason(slots={"mail_job": (1, 2)}) == "due, about to be handed to a worker"
    assert reason(slots={"other_job": (2, 2)}) == "due, about to be handed to a worker"


def test_a_job_that_was_made_without_a_limit_waits_for_no_slot() -> None:
    assert reason(slots={"mail_job": (2, 2)}, limited=False) == "due, about to be handed to a worker"


def test_with_enough_jobs_handed_over_the_others_wait_behind_them() -> None:
    assert (
        reason(ahead=MAX_QUEUED_PER_QUEUE)
        == "other jobs of queue default are ahead, waiting for free workers"
    )
    assert reason(ahead=MAX_QUEUED_PER_QUEUE - 1) == "due, about to be handed to a worker"


def test_while_all_slots_of_its_queue_have_work_a_job_waits_for_one() -> None:
    assert reason(places={"default": (3, 3)}) == "3 of 3 slots of queue default are busy"
    assert reason(places={"default": (7, 3)}) == "3 of 3 slots of queue default are busy"
    assert reason(places={"default": (2, 3)}) == "due, about to be handed to a worker"
    assert reason(places={"mail": (3, 3)}) == "due, about to be handed to a worker"


def test_a_job_given_back_for_want_of_a_handler_says_when_it_is_offered_again() -> None:
    text = reason(withdrawals=1, claim_at=NOW + timedelta(seconds=15))
    assert text == "a worker had no handler for it; offered again at 2026-01-31T12:00:15Z"
    assert reason(withdrawals=1) == "due, about to be handed to a worker"


@pytest.mark.parametrize("state", [State.SCHEDULED, State.QUEUED])
def test_a_due_job_that_no_worker_of_its_queue_has_a_handler_for_says_so(state: State) -> None:
    row = {"template_id": "mail_job", "state": state, "start_time": NOW, "queue": "default", "attempt": 0}
    others = WaitingFacts(NOW, frozenset({"default"}), job_types={"default": frozenset({"other_job"})})
    text = "no worker of queue default has a handler for mail_job: it fails after 10 minutes if none comes"
    assert waiting_reason(row, others) == text
    assert waiting_reason(row | {"start_time": NOW + timedelta(minutes=5)}, others) != text


def test_a_job_that_is_not_due_says_when_it_starts() -> None:
    assert reason(start_time=NOW + timedelta(minutes=5)) == "starts at 2026-01-31T12:05:00Z"


def test_a_start_is_told_in_utc_whatever_zone_it_comes_in() -> None:
    plus_two = datetime.fromisoformat("2026-01-31T14:05:00+02:00")
    assert reason(start_time=plus_two) == "starts at 2026-01-31T12:05:00Z"


def test_a_retry_says_after_which_attempt_it_comes() -> None:
    text = reason(start_time=NOW + timedelta(seconds=10), attempt=1, reason="error")
    assert text == "attempt 2 starts at 2026-01-31T12:00:10Z, after attempt 1 failed"


def test_a_due_job_of_a_queue_without_workers_says_so() -> None:
    assert reason(queue="mail") == "no worker serves queue mail"
    assert reason(queue="mail", state=State.QUEUED) == "no worker serves queue mail"


def test_a_queued_job_waits_for_a_worker() -> None:
    assert reason(state=State.QUEUED) == "waiting for a free worker of queue default"


def test_a_due_job_is_about_to_be_handed_over() -> None:
    assert reason() == "due, about to be handed to a worker"


@pytest.mark.parametrize("state", [State.RUNNING, State.SUCCEEDED, State.FAILED, State.TERMINATED])
def test_a_job_that_runs_or_has_ended_waits_for_nothing(state: State) -> None:
    assert reason(state=state) is None


def test_without_a_dispatcher_a_due_job_is_not_about_to_be_handed_over() -> None:
    text = "no dispatcher is running: due jobs are handed to workers when one runs again"
    assert reason(suffers=("no_dispatcher",)) == text
    assert reason(suffers=("no_dispatcher",), slots={"mail_job": (2, 2)}) == text


def test_without_a_dispatcher_a_queued_job_waits_for_a_worker_and_for_nobody_else() -> None:
    text = reason(suffers=("no_dispatcher",), state=State.QUEUED)
    assert text == "waiting for a free worker of queue default; no dispatcher is running"


@pytest.mark.parametrize("state", [State.SCHEDULED, State.QUEUED])
@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("broker_unavailable", "the broker cannot be reached"),
        ("broker_blocked", "the broker takes no messages"),
    ],
)
def test_with_the_broker_away_or_blocked_no_worker_is_waited_for(state: State, code: str, words: str) -> None:
    assert str(reason(suffers=(code,), state=state)).startswith(words)


def test_dispatchers_that_are_held_up_are_told_of_after_the_broker() -> None:
    assert str(reason(suffers=("dispatching_stuck",))).startswith("the dispatchers are held up")
    assert "broker" in str(reason(suffers=("dispatching_stuck", "broker_unavailable")))


def test_what_does_not_keep_a_job_from_starting_is_not_its_reason() -> None:
    suffers = ("redis_unavailable", "no_beat", "dispatcher_stuck", "queue_unserved")
    assert reason(suffers=suffers) == "due, about to be handed to a worker"


def test_a_job_that_is_not_due_waits_for_its_time_whatever_is_away() -> None:
    later = NOW + timedelta(minutes=5)
    assert reason(suffers=("no_dispatcher",), start_time=later) == "starts at 2026-01-31T12:05:00Z"

"""Why a job is not running yet, in one sentence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from jobs.states import State
from jobs.waiting import HINTS_AHEAD, Facts, waiting_reason

NOW = datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC)


def reason(slots: dict[str, tuple[int, int]] | None = None, ahead: int = 0, **changed: Any) -> str | None:
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
    return waiting_reason(row | changed, Facts(NOW, frozenset({"default"}), slots or {}, {"default": ahead}))


def test_a_due_job_waits_for_a_slot_of_its_template() -> None:
    assert reason(slots={"mail_job": (2, 2)}) == "2 of 2 slots of this template are busy"
    assert reason(slots={"mail_job": (1, 2)}) == "due, about to be handed to a worker"
    assert reason(slots={"other_job": (2, 2)}) == "due, about to be handed to a worker"


def test_a_job_that_was_made_without_a_limit_waits_for_no_slot() -> None:
    assert reason(slots={"mail_job": (2, 2)}, limited=False) == "due, about to be handed to a worker"


def test_with_enough_jobs_handed_over_the_others_wait_behind_them() -> None:
    assert reason(ahead=HINTS_AHEAD) == "64 jobs of queue default are ahead, waiting for free workers"
    assert reason(ahead=HINTS_AHEAD - 1) == "due, about to be handed to a worker"


def test_a_job_given_back_for_want_of_a_handler_says_when_it_is_offered_again() -> None:
    text = reason(withdrawals=1, claim_at=NOW + timedelta(seconds=15))
    assert text == "a worker had no handler for it; offered again at 2026-01-31T12:00:15Z"
    assert reason(withdrawals=1) == "due, about to be handed to a worker"


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

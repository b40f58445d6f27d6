"""How long the runs of a type usually last: by those that ended lately, the last ones most."""

from __future__ import annotations

import pytest

from jobs.dispatcher import run_times
from jobs.dispatcher.run_times import RunTimes
from jobs.models import JobEvent
from jobs.states import Reason, State
from jobs.transitions import AttemptOutcome
from tests.factories import OTP, PASSWORD, finish, queued, ran_for, running, store

pytestmark = pytest.mark.django_db


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> RunTimes:
    monkeypatch.setattr(run_times, "READ_INTERVAL_SECONDS", 0)
    return RunTimes()


def test_nothing_is_quick_before_a_run_has_ended(known: RunTimes) -> None:
    queued(), running()
    known.refresh()
    assert (known.quick_types(), known.shortest("default")) == ({}, 1.0)


def test_types_with_runs_of_less_than_a_second_are_quick(known: RunTimes) -> None:
    ran_for(0.25, OTP)
    ran_for(5, PASSWORD)
    known.refresh()
    assert known.quick_types() == {OTP: pytest.approx(0.25)}
    assert known.shortest("default") == pytest.approx(0.25)
    assert known.shortest("mail") == 1.0


def test_a_long_run_among_quick_ones_weighs_for_a_while(known: RunTimes) -> None:
    ran_for(0.1)
    known.refresh()
    ran_for(60)
    known.refresh()
    assert known.quick_types() == {}
    for _ in range(40):
        ran_for(0.1)
    known.refresh()
    assert known.quick_types() == {OTP: pytest.approx(0.1, rel=1)}


def test_each_end_counts_once(known: RunTimes) -> None:
    ran_for(0.5)
    known.refresh()
    ran_for(0.1)
    for _ in range(5):
        known.refresh()
    assert known.quick_types() == {OTP: pytest.approx(0.45)}


def test_failures_count_and_lost_runs_do_not(known: RunTimes) -> None:
    finish(running(), AttemptOutcome(State.FAILED, reason=Reason.ERROR))
    finish(running(PASSWORD), AttemptOutcome(State.FAILED, reason=Reason.WORKER_LOST))
    known.refresh()
    assert set(known.quick_types()) == {OTP}


def test_only_the_newest_events_are_read_however_many_there_are(
    known: RunTimes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_times, "MAX_EVENTS", 3)
    ran_for(0.5)
    ran_for(0.2)
    known.refresh()
    assert known.quick_types() == {OTP: pytest.approx(0.2)}
    assert JobEvent.objects.count() > 3


def test_types_that_have_been_silent_for_longest_are_forgotten_first(
    known: RunTimes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_times, "MAX_TYPES", 1)
    store()
    ran_for(0.5)
    known.refresh()
    ran_for(0.2, PASSWORD)
    known.refresh()
    assert set(known.quick_types()) == {PASSWORD}

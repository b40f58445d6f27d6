"""How long the runs of a type usually last: by those that ended lately, the last ones most."""

from __future__ import annotations

import pytest

from jobs.dispatcher import pace
from jobs.dispatcher.pace import Pace
from jobs.models import JobEvent
from jobs.states import Reason, State
from jobs.transitions import AttemptOutcome
from tests.factories import OTP, PASSWORD, finish, queued, ran_for, running, store

pytestmark = pytest.mark.django_db


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> Pace:
    monkeypatch.setattr(pace, "READ_EVERY_SECONDS", 0)
    return Pace()


def test_nothing_is_quick_before_a_run_has_ended(known: Pace) -> None:
    queued(), running()
    known.read()
    assert (known.quick(), known.quickest("default")) == ({}, 1.0)


def test_types_with_runs_of_less_than_a_second_are_quick(known: Pace) -> None:
    ran_for(0.25, OTP)
    ran_for(5, PASSWORD)
    known.read()
    assert known.quick() == {OTP: pytest.approx(0.25)}
    assert known.quickest("default") == pytest.approx(0.25)
    assert known.quickest("mail") == 1.0


def test_a_long_run_among_quick_ones_weighs_for_a_while(known: Pace) -> None:
    ran_for(0.1)
    known.read()
    ran_for(60)
    known.read()
    assert known.quick() == {}
    for _ in range(40):
        ran_for(0.1)
    known.read()
    assert known.quick() == {OTP: pytest.approx(0.1, rel=1)}


def test_each_end_counts_once(known: Pace) -> None:
    ran_for(0.5)
    known.read()
    ran_for(0.1)
    for _ in range(5):
        known.read()
    assert known.quick() == {OTP: pytest.approx(0.45)}


def test_failures_count_and_lost_runs_do_not(known: Pace) -> None:
    finish(running(), AttemptOutcome(State.FAILED, reason=Reason.ERROR))
    finish(running(PASSWORD), AttemptOutcome(State.FAILED, reason=Reason.WORKER_LOST))
    known.read()
    assert set(known.quick()) == {OTP}


def test_only_the_newest_events_are_read_however_many_there_are(
    known: Pace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "EVENTS_AT_MOST", 3)
    ran_for(0.5)
    ran_for(0.2)
    known.read()
    assert known.quick() == {OTP: pytest.approx(0.2)}
    assert JobEvent.objects.count() > 3


def test_types_that_have_been_silent_for_longest_are_forgotten_first(
    known: Pace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "KNOWN_AT_MOST", 1)
    store()
    ran_for(0.5)
    known.read()
    ran_for(0.2, PASSWORD)
    known.read()
    assert set(known.quick()) == {PASSWORD}

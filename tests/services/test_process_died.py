"""A pool process dies: its worker gives back the job that ran, and the other jobs of the message."""

from __future__ import annotations

import uuid

import pytest

from jobs import dispatch_messages
from jobs.running.worker_heartbeat import ProcessDeath, _give_back
from tests.factories import PID, WORKER, frozen, job, queued, running, succeeded, template

pytestmark = pytest.mark.django_db


def charged(job_id: uuid.UUID) -> tuple[str, int, int]:
    row = job(job_id)
    return row.state, row.losses, row.interruptions


def test_the_job_that_ran_starts_again_and_the_others_are_charged_nothing() -> None:
    template()
    done, ran, waiting = succeeded(), running().job_id, queued()
    before = frozen(done)
    _give_back(ProcessDeath([done, ran, waiting], WORKER, PID))
    assert charged(ran) == ("scheduled", 0, 1)
    assert charged(waiting) == ("queued", 0, 0)
    assert [queued_job.job_id for queued_job in dispatch_messages.take_overdue(limit=10)] == [waiting]
    assert frozen(done) == before


def test_a_process_that_ran_nothing_costs_no_job_anything() -> None:
    waiting = queued()
    _give_back(ProcessDeath([waiting, uuid.uuid4()], WORKER, PID))
    assert charged(waiting) == ("queued", 0, 0)


@pytest.mark.parametrize(("worker", "pid"), [("worker-2@test", PID), (WORKER, PID + 1)])
def test_a_job_of_the_message_that_runs_elsewhere_goes_on(worker: str, pid: int) -> None:
    elsewhere = running().job_id
    before = frozen(elsewhere)
    _give_back(ProcessDeath([elsewhere], worker, pid))
    assert frozen(elsewhere) == before


def test_a_job_of_that_process_which_was_not_in_the_message_is_left_alone() -> None:
    other = running().job_id
    before = frozen(other)
    _give_back(ProcessDeath([uuid.uuid4()], WORKER, PID))
    assert frozen(other) == before

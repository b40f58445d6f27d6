"""A re-run is a new job with the old one's payload, or another."""

from __future__ import annotations

import uuid

import pytest

from foundation.errors import Forbidden, Invalid, NotFound
from jobs.models import Job
from jobs.services.control import rerun_job
from tests.factories import ANN, EDITOR, VIEWER, frozen, job, kinds, scheduled, succeeded, template

pytestmark = pytest.mark.django_db


def test_it_makes_a_new_job_with_the_same_payload_due_at_once() -> None:
    template(startInSeconds=60)
    old = succeeded(payload={"user_id": 8})
    before = frozen(old)
    row = job(rerun_job(job_id=old, payload=None, actor=ANN))
    assert (row.rerun_of, row.payload, row.state, row.created_by) == (old, {"user_id": 8}, "scheduled", "ann")
    assert row.start_time == row.created_at
    assert kinds(row.pk) == ["job_created"]
    assert frozen(old) == before


def test_it_takes_another_payload_and_fills_in_its_defaults() -> None:
    old = succeeded(payload={"user_id": 8})
    assert job(rerun_job(job_id=old, payload={"user_id": 9}, actor=ANN)).payload == {"user_id": 9}
    assert job(rerun_job(job_id=old, payload={}, actor=ANN)).payload == {"user_id": 7}


def test_the_payload_is_checked_by_todays_template() -> None:
    old = succeeded(payload={"user_id": 8})
    template(payload_schema={"user_id": {"type": "uint", "maxValue": 7}})
    with pytest.raises(Invalid) as caught:
        rerun_job(job_id=old, payload=None, actor=ANN)
    assert [(problem.attr, problem.code) for problem in caught.value.problems] == [
        ("payload.user_id", "maximum")
    ]
    assert Job.objects.count() == 1


def test_a_filled_in_job_type_does_not_stand_in_the_way() -> None:
    template(payload_schema={"job_type": None}, payload={})
    old = succeeded()
    assert job(rerun_job(job_id=old, payload=None, actor=ANN)).payload == job(old).payload


def test_a_job_that_has_not_ended_may_be_run_again_as_well() -> None:
    old = scheduled()
    assert job(rerun_job(job_id=old, payload=None, actor=ANN)).rerun_of == old


def test_an_unknown_job_is_not_found() -> None:
    with pytest.raises(NotFound):
        rerun_job(job_id=uuid.uuid4(), payload=None, actor=ANN)


def test_it_needs_the_right_to_create_such_a_job() -> None:
    old = scheduled()
    with pytest.raises(Forbidden):
        rerun_job(job_id=old, payload=None, actor=VIEWER)
    template(userTriggered=False)
    with pytest.raises(Forbidden):
        rerun_job(job_id=old, payload=None, actor=ANN)
    assert job(rerun_job(job_id=old, payload=None, actor=EDITOR)).rerun_of == old

"""`celery -A scheduler_project jobs rerun`."""

from __future__ import annotations

import pytest

from jobs.models import Job
from tests import factories
from tests.support.shell import run_jobs_command

pytestmark = pytest.mark.django_db


def test_it_makes_a_new_job_of_the_same_payload() -> None:
    factories.template()
    old = factories.scheduled(payload={"user_id": 9})
    new = run_jobs_command("rerun", old, "--json").json
    assert (new["rerun_of"], new["payload"], new["state"]) == (str(old), {"user_id": 9}, "scheduled")
    assert Job.objects.count() == 2


def test_a_payload_that_the_template_of_today_refuses_is_told() -> None:
    factories.template()
    old = factories.succeeded(payload={"user_id": 9})
    factories.template(payload_schema={"user_id": {"type": "uint", "maxValue": 8}})
    answer = run_jobs_command("rerun", old)
    assert (answer.status, answer.out) == (4, "")
    assert answer.err[0].startswith("payload.user_id: ")


def test_the_same_key_makes_no_second_one() -> None:
    factories.template()
    old, other = factories.scheduled(), factories.scheduled()
    first = run_jobs_command("rerun", old, "--idempotency-key", "k1", "--json").json["job_id"]
    assert run_jobs_command("rerun", old, "--idempotency-key", "k1", "--json").json["job_id"] == first
    assert run_jobs_command("rerun", other, "--idempotency-key", "k1").status == 4
    assert Job.objects.count() == 3

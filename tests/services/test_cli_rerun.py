"""`celery -A scheduler_project jobs rerun`."""

from __future__ import annotations

import pytest

from jobs.models import Job
from tests.support import stored
from tests.support.shell import typed

pytestmark = pytest.mark.django_db


def test_it_makes_a_new_job_of_the_same_payload() -> None:
    stored.store()
    old = stored.scheduled(user_id=9)
    new = typed("rerun", old, "--json").json
    assert (new["rerun_of"], new["payload"], new["state"]) == (str(old), {"user_id": 9}, "scheduled")
    assert Job.objects.count() == 2


def test_a_payload_that_the_template_of_today_refuses_is_told() -> None:
    stored.store()
    old = stored.scheduled(user_id=9)
    stored.store(payload_schema={"user_id": {"type": "uint", "maxValue": 5}})
    answer = typed("rerun", old)
    assert (answer.status, answer.out) == (1, "")
    assert answer.err[0].startswith("payload.user_id: ")

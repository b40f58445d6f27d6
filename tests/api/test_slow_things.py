"""What takes long and asks no database meanwhile holds no connection: others are answered from a pool of two."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from accounts.roles import Role
from tests.api.caller import Caller
from tests.factories import recurring, template

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("pooled")]
TYPE, POOL_SIZE = "slow_job", 2
PAYLOAD = {"payload": {"user_id": 1}}
ADMIN_ADD = "/admin/templates_app/jobtemplate/add/"

DOORS: dict[str, Callable[[Caller, int], Any]] = {
    "a form that is checked": lambda caller, _: caller.post(f"templates/{TYPE}/validate/", PAYLOAD),
    "a job": lambda caller, _: caller.post("jobs/", {"job_type": TYPE, **PAYLOAD}),
    "a job with a key": lambda caller, n: caller.post(
        "jobs/", {"job_type": TYPE, **PAYLOAD}, Idempotency_Key=str(n)
    ),
    "many jobs": lambda caller, _: caller.post("jobs/bulk/", {"jobs": [{"job_type": TYPE, **PAYLOAD}]}),
    "a series": lambda caller, _: caller.post(
        "series/", {"job_type": TYPE, "every_seconds": 3600, **PAYLOAD}
    ),
    "an import": lambda caller, _: caller.post("templates/import/?dry_run=1", {TYPE: recurring(TYPE)}),
    "a template in the admin": lambda caller, _: caller.client.post(
        ADMIN_ADD, {"document": json.dumps(recurring(TYPE))}
    ),
}


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS.keys())
def test_a_slow_validate_holds_no_connection(door, write_handler):
    write_handler(TYPE, "pass", validate="import time\ntime.sleep(1.5)")
    template(TYPE)
    editor = Caller(Role.EDITOR)

    def slow(number: int) -> Any:
        try:
            return door(editor, number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(POOL_SIZE + 5) as threads:
        slow_ones = [threads.submit(slow, number) for number in range(POOL_SIZE + 5)]
        quick = 0
        while not all(one.done() for one in slow_ones):
            assert editor.get("jobs/").status_code == 200
            quick += 1
    assert quick
    answers = [one.result() for one in slow_ones]
    assert {answer.status_code for answer in answers} <= {200, 201, 302, 409}, answers[0].content

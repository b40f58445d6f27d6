"""The account of dispatch messages waits for no lock: the job that holds it is on its way already."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from jobs import dispatch_messages
from jobs.models import LiveJob
from tests.factories import job, queued
from tests.jobs_fixtures import together

pytestmark = pytest.mark.django_db(transaction=True)


def test_messages_that_failed_are_made_due_beside_a_job_that_somebody_holds() -> None:
    held, free = queued(), queued()

    def fail_both() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2 s'")
        dispatch_messages.mark_unconfirmed([held, free])

    before = job(held).publish_due
    with transaction.atomic():
        LiveJob.objects.select_for_update().get(pk=held)
        together(fail_both)
    assert [queued_job.job_id for queued_job in dispatch_messages.take_overdue(limit=10)] == [free]
    assert job(held).publish_due == before

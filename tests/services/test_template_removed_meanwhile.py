"""A template is removed at the very moment at which a job of it is created: one of the two is told so."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections, transaction

from accounts.errors import Outdated
from catalogue import services
from foundation.errors import Invalid, NotFound, Problem
from jobs.models import Job, LiveJob, Series
from jobs.services import series as series_services
from jobs.services.preparing import Submission
from jobs.services.series_editing import create_series
from jobs.services.submit import submit_job, submit_jobs, submit_once
from templates_app import services as store_services
from templates_app.models import JobTemplate
from tests.factories import ANN, EDITOR, OTP, PASSWORD, document, scheduled, store, template
from tests.jobs_fixtures import together
from tests.support.waiting import wait_for

pytestmark = pytest.mark.django_db(transaction=True)


def _somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])


def while_it_is_removed(act: Callable[[], Any]) -> Any:
    """Does `act` in a thread that comes to wait for the removal of the template; answers what it answers."""

    def do() -> Any:
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            services.remove_template(job_type=OTP, actor=EDITOR)
            begun = thread.submit(do)
            wait_for(
                "it waits for the lock or ends",
                lambda: begun.done() or _somebody_waits_for_a_lock(),
                within=20,
            )
        return begun.result(timeout=20)


def problem_of(act: Callable[[], Any], error: type[NotFound | Invalid]) -> Problem:
    with pytest.raises(error) as raised:
        while_it_is_removed(act)
    return raised.value.problems[0]


def test_a_job_of_it_is_not_found() -> None:
    template()
    told = problem_of(lambda: submit_job(submission=Submission(OTP), actor=ANN), NotFound)
    assert (told.code, told.attr) == ("not_found", "job_type")
    assert not Job.objects.exists()


def test_nor_is_one_with_an_idempotency_key() -> None:
    template()
    told = problem_of(
        lambda: submit_once(submission=Submission(OTP), actor=ANN, key="k", body=b"{}"), NotFound
    )
    assert (told.code, told.attr) == ("not_found", "job_type")
    assert not Job.objects.exists()


def test_of_many_those_are_named_and_none_is_created() -> None:
    store(document(OTP), document(PASSWORD))
    submissions = [Submission(PASSWORD), Submission(OTP)]
    told = problem_of(lambda: submit_jobs(submissions=submissions, actor=ANN), Invalid)
    assert (told.code, told.attr) == ("not_found", "jobs.1.job_type")
    assert not Job.objects.exists()


def test_nor_does_a_series_begin() -> None:
    template()
    with pytest.raises(Exception, match=r"changed at this moment|no template"):
        while_it_is_removed(
            lambda: create_series(job_type=OTP, fields={"every_seconds": 60, "max_runs": 2}, actor=EDITOR)
        )
    assert not Series.objects.exists()


def test_nor_does_one_go_on_that_never_ran() -> None:
    row = Series.objects.create(template=template(), every_seconds=60, created_by="eve", state="paused")
    problem_of(lambda: series_services.resume_series(series_id=row.pk, actor=EDITOR), NotFound)
    assert not Job.objects.exists()


@pytest.mark.parametrize("made", ["job", "series"])
def test_a_template_that_gets_a_job_or_a_series_at_that_moment_is_kept(
    made: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    template()
    delete = store_services.delete_template
    makes = {
        "job": lambda: scheduled(),
        "series": lambda: create_series(job_type=OTP, fields={"every_seconds": 60}, actor=EDITOR),
    }
    begun = threading.Event()

    def late(**options: Any) -> None:
        if not begun.is_set():
            begun.set()
            together(makes[made])
        delete(**options)

    monkeypatch.setattr(store_services, "delete_template", late)
    assert services.remove_template(job_type=OTP, actor=EDITOR) is False
    assert JobTemplate.objects.get().archived
    assert Job.objects.count() == 1


def test_whoever_removes_and_creates_at_random_gets_clear_answers() -> None:
    until = time.monotonic() + 3

    def create() -> None:
        while time.monotonic() < until:
            try:
                submit_job(submission=Submission(OTP), actor=ANN)
            except (NotFound, Outdated):  # the latter: changed in each of its tries
                continue

    def create_many() -> None:
        while time.monotonic() < until:
            try:
                submit_jobs(submissions=[Submission(OTP)] * 3, actor=ANN)
            except (Invalid, Outdated):
                continue

    def remove() -> None:
        while time.monotonic() < until:
            try:
                services.remove_template(job_type=OTP, actor=EDITOR)
            except NotFound:
                template()
            LiveJob.objects.filter(template=OTP).delete()

    template()
    together(create, create, create_many, remove)

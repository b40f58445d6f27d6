"""Operations on many jobs are worked off in parts by any number of dispatchers, each job once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from accounts.roles import SYSTEM, Actor
from foundation.errors import NotFound
from jobs.dispatcher.background_work import work_on_operations
from jobs.dispatcher.retention import purge_operations
from jobs.models import Job, JobEvent, LiveJob, Operation, OperationPart
from jobs.services import operation_work, operations, rerunning
from jobs.services.many import Choice
from jobs.services.preparing import Submission
from jobs.services.submit import submit_jobs
from tests.factories import template
from tests.jobs_fixtures import together
from tests.services.operations_data import _small as _small
from tests.services.operations_data import make, rerun, reruns, terminate, told, work_off
from tests.services.operations_data import olga as olga

pytestmark = pytest.mark.django_db


class TestFaults:
    def test_a_dispatcher_that_dies_before_it_stores_has_done_nothing(
        self, olga: Actor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Killed(BaseException):
            pass

        def die(*_: object, **__: object) -> None:
            raise Killed

        ids = make(5)
        operation = rerun(olga)
        with monkeypatch.context() as patched:
            patched.setattr(operation_work, "_store", die)
            with pytest.raises(Killed):
                operation_work.work_on_next_part()
        assert reruns() == []
        # The part is in its hand for a while, the others are not.
        work_off()
        assert told(operation, "state", "done") == ("running", 2)
        OperationPart.objects.update(free_at="2026-01-01T00:00:00Z")
        work_off()
        assert told(operation, "state", "done") == ("done", 5)
        assert sorted(reruns()) == sorted(ids)

    def test_two_that_have_the_same_part_in_hand_make_its_jobs_once(
        self, olga: Actor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ids = make(5)
        operation = rerun(olga)
        judge = rerunning.prepare_reruns
        seconds = [True]

        def slow(*args: Any, **kwargs: Any) -> Any:
            judged = judge(*args, **kwargs)
            if seconds:
                seconds.pop()
                OperationPart.objects.update(free_at="2026-01-01T00:00:00Z")
                work_off()
            return judged

        monkeypatch.setattr(rerunning, "prepare_reruns", slow)
        work_off()
        assert told(operation, "state", "done") == ("done", 5)
        assert sorted(reruns()) == sorted(ids)

    def test_a_time_from_before_the_clock_went_back_holds_nothing_up(self, olga: Actor) -> None:
        make(5)
        operation = terminate(olga)
        OperationPart.objects.update(free_at="2999-01-01T00:00:00Z")
        work_off()
        assert told(operation, "state") == ("done",)

    @pytest.mark.django_db(transaction=True)
    def test_dispatchers_side_by_side_do_each_job_once(self, olga: Actor) -> None:
        ids = make(30)
        operation = rerun(olga)
        all_here = threading.Barrier(3)

        def dispatch() -> None:
            all_here.wait()
            work_off()

        together(*[dispatch] * 3)
        work_off()
        assert told(operation, "state", "done", "created") == ("done", 30, 30)
        assert sorted(reruns()) == sorted(ids)

    @pytest.mark.django_db(transaction=True)
    def test_a_part_that_another_session_holds_is_stepped_over(self, olga: Actor) -> None:
        make(5)
        operation = terminate(olga)
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT id FROM jobs_operationpart ORDER BY id LIMIT 1 FOR UPDATE")
            together(work_off)
            cursor.execute("COMMIT")
        assert told(operation, "state", "done") == ("running", 2)
        work_off()
        assert told(operation, "state", "done") == ("done", 5)


class TestSlowRules:
    def test_what_is_not_reached_in_time_is_judged_in_the_next_turn(
        self, olga: Actor, write_handler: Callable[..., None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write_handler("trip_job", "return {}", validate="import time; time.sleep(0.2)")
        monkeypatch.setattr(operation_work, "VALIDATION_SECONDS", 0.1)
        monkeypatch.setattr("jobs.services.validation.MAX_PROBLEMS", 1)
        template("trip_job")
        submit_jobs(submissions=[Submission("trip_job")] * 5, actor=olga)
        operation = rerun(olga)
        assert operation_work.work_on_next_part()
        assert told(operation, "state", "done") == ("running", 1)
        work_off()
        assert told(operation, "state", "done") == ("done", 5)


def test_a_small_operation_does_not_wait_for_all_of_a_large_one(olga: Actor) -> None:
    make(30)
    large = rerun(olga)
    operation_work.work_on_next_part()
    small = terminate(
        olga, Choice(job_ids=tuple(Job.objects.order_by("pk").values_list("pk", flat=True)[:6]))
    )
    operation_work.work_on_next_part()
    assert told(small, "done") == (3,)
    assert told(large, "state") == ("running",)


def test_the_loop_goes_on_at_once_while_there_is_something_to_do(olga: Actor) -> None:
    run_once = work_on_operations
    assert run_once() > 0
    make(5)
    terminate(olga)
    assert (run_once(), run_once()) == (0.0, 0.0)
    assert run_once() > 0


def test_one_that_ended_a_week_ago_is_forgotten(olga: Actor) -> None:
    make(5)
    operation = terminate(olga)
    work_off()
    assert purge_operations() == 0
    Operation.objects.update(ended_at="2026-01-01T00:00:00Z")
    assert purge_operations() == 1
    assert not OperationPart.objects.exists()
    with pytest.raises(NotFound):
        operations.describe(operation, SYSTEM)


def test_jobs_that_are_purged_meanwhile_hold_nothing_up(olga: Actor) -> None:
    ids = make(5)
    ending, again = terminate(olga), rerun(olga)
    JobEvent.objects.filter(job_id=ids[0]).delete()
    LiveJob.objects.filter(pk=ids[0]).delete()
    work_off()
    assert told(ending, "state", "done") == ("done", 5)
    assert told(again, "state", "done", "refused") == ("done", 4, 1)

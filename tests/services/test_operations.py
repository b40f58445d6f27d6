"""Operations on many jobs: what becomes of each job, who may begin one, and how one is cancelled."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import AuditEntry, User
from accounts.roles import SYSTEM, Actor, Role
from foundation.errors import Conflict, Forbidden, NotFound
from jobs import transitions
from jobs.models import Job, LiveJob, Operation
from jobs.read.filters import JobFilter
from jobs.services import many, operation_work, operations, rerunning
from jobs.services.control import StopReport, terminate_jobs
from jobs.services.many import Choice, RerunReport
from jobs.services.preparing import Submission
from jobs.services.submit import submit_jobs
from tests.factories import (
    PASSWORD,
    VIEWER,
    document,
    job,
    kinds,
    last_event,
    running,
    store,
    succeeded,
    template,
)
from tests.services.operations_data import ALL, NAME, make, rerun, reruns, terminate, told, work_off
from tests.services.operations_data import _small as _small
from tests.services.operations_data import olga as olga

pytestmark = pytest.mark.django_db


class TestTerminating:
    def test_as_many_as_are_done_at_once_are_done_at_once(self, olga: Actor) -> None:
        make(4)
        assert many.terminate(choice=ALL, actor=olga, dry_run=False) == StopReport(matched=4, terminated=4)
        assert not Operation.objects.exists()

    def test_one_more_goes_on_in_the_background(self, olga: Actor) -> None:
        ids = make(5)
        operation = terminate(olga)
        assert told(operation, "state", "matched", "done", "kind") == ("running", 5, 0, "terminate")
        assert {job(one).state for one in ids} == {"scheduled"}
        assert operation_work.work_on_next_part()
        assert told(operation, "state", "done") == ("running", 3)
        assert operation_work.work_on_next_part()
        assert told(operation, "state", "done", "terminated", "refused") == ("done", 5, 5, 0)
        assert {job(one).state for one in ids} == {"terminated"}
        assert not operation_work.work_on_next_part()

    def test_who_asked_is_the_actor_of_each_end_and_of_the_audit_trail(self, olga: Actor) -> None:
        (first, *_) = make(5)
        operation = terminate(olga)
        work_off()
        assert (last_event(first).kind, last_event(first).actor) == ("job_terminated", NAME)
        entry = AuditEntry.objects.get(action="operation_started")
        assert (entry.actor, entry.object) == (NAME, f"operation:{operation}")
        assert entry.after == {"kind": "terminate", "matched": 5}

    def test_each_is_told_by_what_became_of_it(self, olga: Actor) -> None:
        ended, busy = succeeded(), running()
        make(4)
        operation = terminate(olga)
        late = make(1)
        terminate_jobs(
            job_ids=[Job.objects.filter(state="scheduled").order_by("pk")[0].pk], actor=olga, dry_run=False
        )
        work_off()
        counts = ("matched", "done", "terminated", "requested", "already_ended")
        assert told(operation, *counts) == (6, 6, 3, 1, 2)
        assert kinds(busy.job_id)[-1] == "terminate_requested"
        assert (job(ended).state, job(late[0]).state) == ("succeeded", "scheduled")

    def test_jobs_that_no_longer_pass_the_filter_are_still_meant_and_newer_ones_are_not(
        self, olga: Actor
    ) -> None:
        make(5)
        operation = terminate(olga, Choice(job_filter=JobFilter(states=("scheduled",))))
        LiveJob.objects.update(priority=3)
        newer = make(2)
        work_off()
        assert told(operation, "matched", "done") == (5, 5)
        assert {job(one).state for one in newer} == {"scheduled"}

    def test_where_all_have_ended_it_is_done_at_once(self, olga: Actor) -> None:
        ids = make(5)
        terminate_jobs(job_ids=ids, actor=olga, dry_run=False)
        operation = terminate(olga)
        assert told(operation, "state", "matched", "done", "already_ended") == ("done", 5, 5, 5)
        assert operations.describe(operation, SYSTEM)["ended_at"] is not None

    def test_a_dry_run_only_counts(self, olga: Actor) -> None:
        make(5), succeeded(), running()
        counted = many.terminate(choice=ALL, actor=olga, dry_run=True)
        assert counted == StopReport(matched=7, terminated=5, requested=1, already_ended=1)
        assert not Operation.objects.exists()


class TestRunningAgain:
    def test_a_few_are_answered_at_once_in_the_order_of_their_making(self, olga: Actor) -> None:
        ids = make(3, payload={"user_id": 8})
        report = many.rerun(choice=Choice(job_ids=tuple(reversed(ids))), actor=olga)
        assert isinstance(report, RerunReport)
        assert (report.matched, len(report.created), report.refused) == (3, 3, {})
        assert [job(one).rerun_of for one in report.created] == ids
        assert {(job(one).created_by, job(one).payload["user_id"]) for one in report.created} == {(NAME, 8)}

    def test_many_go_on_in_the_background_each_once(self, olga: Actor) -> None:
        ids = make(8)
        operation = rerun(olga)
        work_off()
        assert told(operation, "state", "matched", "done", "created") == ("done", 8, 8, 8)
        assert reruns() == ids
        assert set(Job.objects.filter(rerun_of__isnull=False).values_list("created_by", flat=True)) == {NAME}

    def test_one_that_is_refused_keeps_no_other_from_it_and_is_told_of(self, olga: Actor) -> None:
        ids = make(7)
        store(document(PASSWORD))
        (odd,) = submit_jobs(submissions=[Submission(PASSWORD)], actor=olga)
        template(PASSWORD, enabled=False)
        operation = rerun(olga)
        work_off()
        assert told(operation, "state", "matched", "done", "refused") == ("done", 8, 7, 1)
        (refusal,) = operations.describe(operation, SYSTEM)["refusals"]
        assert (refusal["job_id"], refusal["errors"][0]["code"]) == (str(odd), "template_disabled")
        assert sorted(reruns()) == sorted(ids)

    def test_at_once_a_refused_one_is_told_of_and_a_dry_run_tells_the_same(self, olga: Actor) -> None:
        (fits, not_any_more) = make(1, payload={"user_id": 1}) + make(1, payload={"user_id": 9})
        terminate_jobs(job_ids=[fits, not_any_more], actor=olga, dry_run=False)
        template(payload_schema={"user_id": {"type": "uint", "maxValue": 5}}, payload={})
        dry = many.dry_rerun(choice=ALL, actor=olga)
        assert (dry.matched, dry.created) == (2, [])
        assert Job.objects.count() == 2
        report = many.rerun(choice=ALL, actor=olga)
        assert isinstance(report, RerunReport)
        assert [job(one).rerun_of for one in report.created] == [fits]
        for told_of in (dry.as_json()["refused"], report.as_json()["refused"]):
            ((error,),) = [one["errors"] for one in told_of if one["job_id"] == str(not_any_more)]
            assert (error["attr"], error["code"]) == ("payload.user_id", "maximum")

    def test_a_template_that_is_changed_while_a_part_is_judged_has_it_judged_anew(
        self, olga: Actor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make(5)
        operation = rerun(olga)
        store_them = transitions.create_all_if_current
        changes: list[Callable[[], object]] = [lambda: template(maxConcurrent=1)]

        def late(jobs: list[transitions.NewJob]) -> list[uuid.UUID] | None:
            if changes:
                changes.pop()()
            return store_them(jobs)

        monkeypatch.setattr(transitions, "create_all_if_current", late)
        work_off()
        assert told(operation, "state", "done") == ("done", 5)
        again = Job.objects.filter(rerun_of__isnull=False)
        assert set(again.values_list("template_version", "limited")) == {(2, True)}


class TestRights:
    def test_a_viewer_begins_and_cancels_none(self, olga: Actor) -> None:
        make(5)
        for ask in (
            lambda: terminate(VIEWER),
            lambda: rerun(VIEWER),
            lambda: many.dry_rerun(choice=ALL, actor=VIEWER),
        ):
            with pytest.raises(Forbidden):
                ask()
        operation = terminate(olga)
        with pytest.raises(Forbidden):
            operations.cancel(operation_id=operation, actor=VIEWER)

    @pytest.mark.parametrize("lost", [{"role": Role.VIEWER}, {"is_active": False}], ids=["role", "account"])
    @pytest.mark.parametrize("begin", [terminate, rerun])
    def test_rights_are_those_of_the_moment(
        self, olga: Actor, begin: Callable[[Actor], uuid.UUID], lost: dict[str, Any]
    ) -> None:
        make(5)
        operation = begin(olga)
        operation_work.work_on_next_part()
        User.objects.filter(username=NAME).update(**lost)
        work_off()
        assert told(operation, "state", "done", "refused") == ("done", 3, 2)
        assert {one["errors"][0]["code"] for one in operations.describe(operation, SYSTEM)["refusals"]} == {
            "permission_denied"
        }

    def test_the_shell_has_its_rights_as_ever(self) -> None:
        make(5)
        operation = terminate(Actor("cli:root", Role.ADMIN))
        work_off()
        assert told(operation, "done", "created_by") == (5, "cli:root")


class TestCancelling:
    def test_nothing_more_is_begun_and_what_was_done_stays(self, olga: Actor) -> None:
        make(8)
        operation = rerun(olga)
        operation_work.work_on_next_part()
        operations.cancel(operation_id=operation, actor=olga)
        operations.cancel(operation_id=operation, actor=olga)
        assert work_off() == 0
        assert told(operation, "state", "matched", "done") == ("cancelled", 8, 3)
        assert len(reruns()) == 3
        assert (
            AuditEntry.objects.filter(action="operation_cancelled", object=f"operation:{operation}").count()
            == 1
        )

    def test_one_that_is_done_is_a_conflict_and_one_that_is_not_there_is_not_found(self, olga: Actor) -> None:
        make(5)
        operation = terminate(olga)
        work_off()
        with pytest.raises(Conflict):
            operations.cancel(operation_id=operation, actor=olga)
        with pytest.raises(NotFound):
            operations.cancel(operation_id=uuid.uuid4(), actor=olga)

    def test_a_part_that_is_in_hand_makes_no_job_any_more(
        self, olga: Actor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make(5)
        operation = rerun(olga)
        judge = rerunning.prepare_reruns

        def late(*args: Any, **kwargs: Any) -> Any:
            judged = judge(*args, **kwargs)
            operations.cancel(operation_id=operation, actor=olga)
            return judged

        monkeypatch.setattr(rerunning, "prepare_reruns", late)
        operation_work.work_on_next_part()
        assert reruns() == []
        assert told(operation, "state", "done") == ("cancelled", 0)

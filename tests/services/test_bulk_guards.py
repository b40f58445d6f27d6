"""What a bulk was checked by is asked again when it is stored, and nothing is made of a template as it was before."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from accounts.errors import Outdated
from accounts.models import User
from accounts.roles import Actor, Role
from accounts.services.tokens import issue_token, revoke_token
from accounts.services.users import create_user
from catalogue import services
from foundation.errors import AppError, Conflict, Invalid
from jobs import transitions
from jobs.models import Job, JobEvent
from jobs.services import preparing, submit
from jobs.services.control import build_rerun
from jobs.services.preparing import Submission
from jobs.services.submit import submit_jobs, submit_once
from tests.factories import ANN, EDITOR, OTP, PASSWORD, document, job, scheduled, store, template
from tests.jobs_fixtures import together

pytestmark = pytest.mark.django_db
TWO = [Submission(OTP), Submission(PASSWORD)]
Change = Callable[[], object]


@pytest.fixture(autouse=True)
def _templates(db: None) -> None:
    store(document(OTP), document(PASSWORD))


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Has the change happen once, after the jobs were checked and before they are stored."""

    def arrange(change: Change, *, times: int = 1) -> None:
        left = [change] * times

        def after(check: Callable[..., Any]) -> Callable[..., Any]:
            def checked(*args: Any) -> Any:
                answer = check(*args)
                if left:
                    left.pop()()
                return answer

            return checked

        for module, last_check in ((preparing, "validate_by_handler"), (submit, "validate_by_handlers")):
            monkeypatch.setattr(module, last_check, after(getattr(module, last_check)))

    return arrange


def disable() -> None:
    template(PASSWORD, enabled=False)


def archive() -> None:
    services.remove_template(job_type=PASSWORD, actor=EDITOR)


def problems(error: AppError) -> list[tuple[str | None, str]]:
    return [(one.attr, one.code) for one in error.problems]


def test_a_limit_that_came_meanwhile_holds_for_all_of_it(meanwhile: Callable[..., None]) -> None:
    meanwhile(lambda: template(PASSWORD, maxConcurrent=1))
    _, second = submit_jobs(submissions=TWO, actor=ANN)
    assert (job(second).template_version, job(second).limited) == (2, True)
    assert Job.objects.count() == JobEvent.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "code"), [(disable, "template_disabled"), (archive, "not_found")], ids=["disabled", "archived"]
)
def test_a_template_that_may_not_run_any_more_refuses_the_whole(
    meanwhile: Callable[..., None], change: Change, code: str
) -> None:
    scheduled(PASSWORD)  # a template with jobs is archived, not deleted
    before = Job.objects.count()
    meanwhile(change)
    with pytest.raises(Invalid) as caught:
        submit_jobs(submissions=TWO, actor=ANN)
    assert problems(caught.value) == [("jobs.1.job_type", code)]
    assert Job.objects.count() == before


def test_fields_that_came_meanwhile_are_asked_for(meanwhile: Callable[..., None]) -> None:
    meanwhile(lambda: template(payload_schema={"user_id": {"type": "uint", "maxValue": 6}}, payload={}))
    with pytest.raises(Invalid) as caught:
        submit_jobs(submissions=[Submission(OTP, payload={"user_id": 7})], actor=ANN)
    assert problems(caught.value) == [("jobs.0.payload.user_id", "maximum")]


def test_a_template_that_changes_all_the_time_refuses_it_in_the_end(meanwhile: Callable[..., None]) -> None:
    numbers = iter(range(100))
    meanwhile(lambda: template(PASSWORD, description=f"{next(numbers)}"), times=submit.MAX_TRIES)
    with pytest.raises(Outdated):
        submit_jobs(submissions=TWO, actor=ANN)
    assert not Job.objects.exists()


def test_a_token_that_was_revoked_meanwhile_stores_nothing(meanwhile: Callable[..., None]) -> None:
    user: User = create_user(name="tom", role=Role.OPERATOR)
    token, _ = issue_token(user=user, name="ci")
    meanwhile(lambda: revoke_token(token=token, by=EDITOR))
    with pytest.raises(Outdated):
        submit_jobs(submissions=TWO, actor=Actor("tom", Role.OPERATOR), token=token.digest)
    assert not Job.objects.exists()


def test_one_job_with_a_key_is_judged_anew_as_well(meanwhile: Callable[..., None]) -> None:
    meanwhile(lambda: template(PASSWORD, maxConcurrent=1))
    made, _ = submit_once(submission=Submission(PASSWORD), actor=ANN, key="k", body=b"")
    assert (job(made).template_version, job(made).limited) == (2, True)


def test_one_re_run_with_a_key_of_a_template_disabled_meanwhile_is_refused(
    meanwhile: Callable[..., None],
) -> None:
    again = build_rerun(job_id=scheduled(PASSWORD), payload=None, actor=ANN)
    meanwhile(disable)
    with pytest.raises(Conflict) as caught:
        submit_once(submission=again, actor=ANN, key="k", body=b"")
    assert problems(caught.value) == [("job_type", "template_disabled")]
    assert Job.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_change_during_the_insert_itself_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    ask_again = transitions.creating._are_current
    changes: list[Change] = [lambda: template(PASSWORD, maxConcurrent=1)]

    def late(jobs: list[transitions.NewJob]) -> bool:
        if changes:
            together(changes.pop())  # commits while the rows are there and not committed
        return ask_again(jobs)

    monkeypatch.setattr(transitions.creating, "_are_current", late)
    _, second = submit_jobs(submissions=TWO, actor=ANN)
    assert (job(second).template_version, job(second).limited) == (2, True)
    assert Job.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_bulks_and_changes_of_their_template_at_the_same_time_leave_no_job_of_an_old_version_behind() -> None:
    """Whoever changes a template sees all jobs of the version before: none is stored after that."""
    template(OTP, maxConcurrent=1000)
    all_here = threading.Barrier(3)
    refused: list[AppError] = []

    def create() -> None:
        all_here.wait()
        for _ in range(4):
            try:
                submit_jobs(submissions=[Submission(OTP)] * 50, actor=ANN)
            except Outdated as exc:
                refused.append(exc)

    def change() -> None:
        all_here.wait()
        for number in range(6):
            version = template(OTP, maxConcurrent=number + 1).version
            newest_before = _newest_of_version_before(version)
            assert newest_before == _newest_of_version_before(version)

    together(create, create, change)
    assert Job.objects.count() == 50 * (8 - len(refused))
    assert set(Job.objects.values_list("limited", flat=True)) <= {True}


def _newest_of_version_before(version: int) -> object:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM jobs_job WHERE template_version < %s", [version])
        return cursor.fetchone()

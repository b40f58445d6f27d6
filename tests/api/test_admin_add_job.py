"""The admin's "Add job"."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import QuerySet
from django.test import Client

from accounts.roles import Role
from jobs.models import Job
from tests import factories
from tests.support.admin import find_csp_violations, read_messages, read_text, sign_in

pytestmark = pytest.mark.django_db
ADD = "/admin/restjob_jobs/job/add/"
OTP = f"{ADD}?job_type=otp_send_job"


@pytest.fixture
def operator() -> Client:
    return sign_in(Role.OPERATOR)


@pytest.fixture(autouse=True)
def _templates() -> None:
    factories.template()
    factories.template(factories.PASSWORD, userTriggered=False, label="A system job")


def made() -> QuerySet[Job]:
    """Without the system job's own first run."""
    return Job.objects.exclude(created_by="system")


def post(client: Client, payload: str = "{}", address: str = OTP, **further: Any) -> Any:
    return client.post(address, {"payload": payload, "start_in_seconds": "", "priority": "", **further})


def test_an_operator_chooses_among_the_templates_for_people(operator: Client) -> None:
    factories.template("profile_archive_generator_job", enabled=False)
    page = operator.get(ADD)
    text = read_text(page)
    assert "otp_send_job" in text
    assert "A system job" not in text
    assert "profile_archive_generator_job" not in text
    assert find_csp_violations(page) == []


def test_an_editor_may_run_system_jobs_too() -> None:
    editor = sign_in(Role.EDITOR)
    assert "A system job" in read_text(editor.get(ADD))
    assert post(editor, address=f"{ADD}?job_type=forgot_password_job").status_code == 302
    assert made().get().template_id == "forgot_password_job"


@pytest.mark.parametrize("job_type", ["forgot_password_job", "no_such_job", "a\0b"])
def test_a_type_that_one_may_not_run_leads_back_to_the_choice(operator: Client, job_type: str) -> None:
    answer = operator.get(ADD, {"job_type": job_type})
    assert read_messages(answer) == ["There is no template of this type that you may run."]
    assert "choose a template" in read_text(answer)


def test_the_form_begins_with_the_default_values(operator: Client) -> None:
    page = operator.get(OTP)
    text = read_text(page)
    assert '"user_id": 7' in text
    assert "User Id yes" in text
    assert find_csp_violations(page) == []


def test_it_creates_a_job_and_leads_to_it(operator: Client) -> None:
    answer = post(operator, '{"user_id": 5}', start_in_seconds="30", priority="4")
    job = made().get()
    assert (answer.status_code, answer["Location"]) == (302, f"/admin/restjob_jobs/job/{job.pk}/change/")
    assert (job.payload, job.priority, job.created_by) == ({"user_id": 5}, 4, "ann")
    assert (job.start_time - job.created_at).total_seconds() == 30
    assert operator.get(answer["Location"]).status_code == 200


def test_an_empty_payload_takes_the_defaults(operator: Client) -> None:
    post(operator, "")
    assert made().get().payload == {"user_id": 7}


@pytest.mark.parametrize(
    ("payload", "problem"),
    [
        ('{"user_id": -1}', "user_id: Enter a whole number, 0 or more"),
        ('{"zzz": 1}', "zzz: There is no field zzz."),
        ("[]", "The payload must be a JSON object"),
        ("{user_id: 1}", "line 1, column 2"),
    ],
)
def test_problems_are_shown_at_the_payload_which_is_kept(
    operator: Client, payload: str, problem: str
) -> None:
    answer = post(operator, payload)
    assert problem in " ".join(answer.context["form"].errors["payload"])
    assert answer.context["form"]["payload"].value() == payload
    assert "The job was not created." in read_text(answer)
    assert not made().exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("start_in_seconds", "-1"),
        ("start_in_seconds", "nan"),
        ("start_in_seconds", "1e300"),
        ("priority", "10"),
    ],
)
def test_other_problems_are_shown_at_their_fields(operator: Client, field: str, value: str) -> None:
    answer = post(operator, **{field: value})
    assert list(answer.context["form"].errors) == [field]
    assert not made().exists()


def test_a_refusal_of_the_template_is_shown_above_the_form(operator: Client) -> None:
    factories.template("no_handler_job")
    answer = post(operator, address=f"{ADD}?job_type=no_handler_job")
    assert "There is no handler" in " ".join(answer.context["form"].non_field_errors())


def test_viewers_create_no_jobs() -> None:
    assert post(sign_in(Role.VIEWER)).status_code == 302
    assert not made().exists()


def test_a_key_that_stands_twice_is_told_at_the_payload(operator: Client) -> None:
    answer = post(operator, '{"user_id": 1, "user_id": 2}')
    assert answer.context["form"].errors["payload"] == [
        "user_id: The key user_id stands twice in one object: remove one of the two."
    ]
    assert not made().exists()


def test_a_large_number_is_not_rounded(operator: Client) -> None:
    post(operator, '{"user_id": 9007199254740993.0}')
    assert made().get().payload["user_id"] == 2**53 + 1

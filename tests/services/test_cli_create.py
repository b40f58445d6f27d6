"""`celery -A scheduler_project jobs create`."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from accounts.roles import Role
from accounts.services.users import create_user
from jobs.models import Job, Series
from tests import factories
from tests.support.shell import run_jobs_command

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dispatching")]


@pytest.fixture(autouse=True)
def _template() -> None:
    filters = {"type": "options", "options": ["likes", "posts"], "multiple": True}
    fields = factories.USER_ID | {"filter": filters, "name": {"type": "string"}}
    factories.template(payload_schema=fields, payload={"user_id": 1})


def test_it_creates_a_job_of_what_was_typed() -> None:
    answer = run_jobs_command("create", "otp_send_job", "user_id=5", "filter=likes,posts", "--priority", 7)
    job = Job.objects.get()
    assert (answer.status, answer.err) == (0, [])
    assert str(job.pk) in answer.out
    assert job.payload == {"user_id": 5, "filter": ["likes", "posts"]}
    assert job.priority == 7


def test_what_is_left_out_takes_the_templates_default() -> None:
    run_jobs_command("create", "otp_send_job")
    assert Job.objects.get().payload == {"user_id": 1}


def test_json_is_the_job_as_the_api_answers_it() -> None:
    job = run_jobs_command("create", "otp_send_job", "--json").json
    assert job["job_id"] == str(Job.objects.get().pk)
    assert (job["state"], job["result"], job["version"]) == ("scheduled", None, 1)


def test_a_job_that_repeats_names_its_series() -> None:
    factories.store(factories.document(rescheduleAfterTermination=True, startInSeconds=5, maxRuns=3))
    job = run_jobs_command("create", "otp_send_job", "--json").json
    assert job["series"] == str(Series.objects.get().pk)


def test_the_group_takes_json_and_as_too() -> None:
    create_user(name="ann", role=Role.OPERATOR)
    assert run_jobs_command("--json", "--as", "ann", "create", "otp_send_job").json["created_by"] == "ann"


def test_it_acts_as_the_system_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "alice")
    run_jobs_command("create", "otp_send_job")
    assert Job.objects.get().created_by == "cli:alice"


def test_as_a_viewer_it_is_refused() -> None:
    create_user(name="vera", role=Role.VIEWER)
    answer = run_jobs_command("create", "otp_send_job", "--as", "vera")
    assert (answer.status, answer.out, answer.err) == (
        4,
        "",
        ["job_type: You have no right to run otp_send_job: your role or a grant must give it."],
    )


@pytest.mark.parametrize("active", [True, False])
def test_as_somebody_unknown_or_inactive_it_is_refused(active: bool) -> None:
    if not active:
        user = create_user(name="ann", role=Role.EDITOR)
        user.is_active = False
        user.save()
    answer = run_jobs_command("create", "otp_send_job", "--as", "ann")
    assert (answer.status, answer.err) == (4, ["--as: There is no active user ann."])
    assert not Job.objects.exists()


def test_every_problem_has_a_line() -> None:
    answer = run_jobs_command("create", "otp_send_job", "user_id=abc", "filter=shoes", "zzz=1")
    assert answer.status == 4
    assert [line.partition(":")[0] for line in answer.err] == [
        "payload.user_id",
        "payload.filter.0",
        "payload.zzz",
    ]
    assert not Job.objects.exists()


def test_json_tells_the_problems_in_the_apis_shape() -> None:
    answer = run_jobs_command("create", "otp_send_job", "user_id=-1", "--json")
    [problem] = answer.json["errors"]
    assert (answer.status, answer.json["type"]) == (4, "validation_error")
    assert (problem["code"], problem["attr"]) == ("minimum", "payload.user_id")
    assert answer.err == [f"payload.user_id: {problem['detail']}"]


def test_an_unknown_type_is_refused() -> None:
    answer = run_jobs_command("create", "no_such_job")
    assert answer.status == 4
    assert answer.err == ["job_type: There is no template 'no_such_job'."]


def test_a_payload_comes_from_standard_input() -> None:
    run_jobs_command("create", "otp_send_job", "--payload", "@-", stdin='{"user_id": 8}')
    assert Job.objects.get().payload == {"user_id": 8}


def test_a_payload_comes_from_a_file_and_fields_go_before_it(tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text('{"user_id": 8, "name": "a"}')
    run_jobs_command("create", "otp_send_job", "name=b", "--payload", f"@{tmp_path}/p.json")
    assert Job.objects.get().payload == {"user_id": 8, "name": "b"}


def test_in_is_a_delay_from_now() -> None:
    run_jobs_command("create", "otp_send_job", "--in", "90.5")
    job = Job.objects.get()
    assert job.start_time - job.created_at == timedelta(seconds=90.5)


def test_at_is_a_moment() -> None:
    assert run_jobs_command("create", "otp_send_job", "--at", "2035-01-31T12:00:00+02:00").status == 0
    assert Job.objects.get().start_time.isoformat() == "2035-01-31T10:00:00+00:00"


@pytest.mark.parametrize(
    ("option", "value", "line"),
    [
        ("--at", "tomorrow", "start_at: Write a time with its zone, like 2026-01-31T12:00:00Z."),
        ("--at", "2035-01-31T12:00:00", "start_at: Write a time with its zone, like 2026-01-31T12:00:00Z."),
        ("--at", "2999-01-31T12:00:00Z", "start_at: Choose a start within ten years from now."),
    ],
)
def test_a_bad_moment_is_refused(option: str, value: str, line: str) -> None:
    answer = run_jobs_command("create", "otp_send_job", option, value)
    assert (answer.status, answer.err) == (4, [line])


@pytest.mark.parametrize(
    "words",
    [
        ["--in", "-1"],
        ["--in", "nan"],
        ["--in", "inf"],
        ["--in", "soon"],
        ["--priority", "10"],
        ["user_id"],
        ["--payload", "@/nowhere"],
        ["--bogus"],
    ],
)
def test_a_command_typed_wrongly_has_status_64(words: list[str]) -> None:
    assert run_jobs_command("create", "otp_send_job", *words).status == 64
    assert not Job.objects.exists()


def test_in_and_at_exclude_each_other() -> None:
    answer = run_jobs_command("create", "otp_send_job", "--in", "5", "--at", "2035-01-31T12:00:00Z")
    assert (answer.status, len(answer.err)) == (4, 1)


def test_the_same_key_makes_no_second_one() -> None:
    key = ("--idempotency-key", "k1", "--json")
    first = run_jobs_command("create", "otp_send_job", "user_id=5", *key).json["job_id"]
    assert run_jobs_command("create", "otp_send_job", "user_id=5", *key).json["job_id"] == first
    answer = run_jobs_command("create", "otp_send_job", "user_id=6", "--idempotency-key", "k1")
    assert (answer.status, len(answer.err)) == (4, 1)
    assert answer.err[0].startswith("This Idempotency-Key was used for another request before")
    assert Job.objects.count() == 1

"""What commands do is recorded as done by the one who typed them, by the door `cli`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.models import AuditEntry
from accounts.roles import Role
from accounts.services.users import create_user
from jobs.models import JobEvent
from jobs.read.audit import LAST, read_page
from jobs.read.audit_filter import AuditFilter
from tests import factories
from tests.factories import OTP, document
from tests.support.shell import run_jobs_command

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _alice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "alice")


def doors() -> set[tuple[str, str, str]]:
    return set(AuditEntry.objects.values_list("actor", "via", "on_behalf_of"))


def test_management_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "templates.json"
    file.write_text(json.dumps({OTP: document(OTP)}))
    call_command("create_user", "ben", "--role", "viewer", "--token")
    call_command("sign_in_link", "ben")
    call_command("import_templates", str(file))
    call_command("rotate_secrets")
    assert doors() == {("cli:alice", "cli", "")}
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    expected = {"user_created", "token_issued", "sign_in_link_made", "template_created", "secrets_rotated"}
    assert actions == expected


@pytest.mark.usefixtures("dispatching")
def test_jobs_commands() -> None:
    factories.template()
    assert run_jobs_command("create", OTP, "user_id=1").status == 0
    (event,) = JobEvent.objects.filter(kind="job_created")
    assert (event.actor, event.via, event.address) == ("cli:alice", "cli", None)
    assert run_jobs_command("terminate", event.job_id).status == 0
    end = JobEvent.objects.get(kind="job_terminated")
    assert (end.actor, end.via) == ("cli:alice", "cli")


@pytest.mark.usefixtures("dispatching")
def test_who_acts_as_somebody_else_comes_by_the_same_door() -> None:
    factories.template()
    create_user(name="ann", role=Role.OPERATOR)
    assert run_jobs_command("create", OTP, "user_id=1", "--as", "ann").status == 0
    event = JobEvent.objects.get(kind="job_created")
    assert (event.actor, event.via, event.detail) == ("ann", "cli", {"on_behalf_of": "cli:alice"})
    assert run_jobs_command("terminate", event.job_id, "--as", "ann").status == 0
    end = JobEvent.objects.get(kind="job_terminated")
    assert (end.actor, end.detail) == ("ann", {"on_behalf_of": "cli:alice"})
    choice = AuditFilter(object=f"job:{event.job_id}")
    rows = [row.values for row in read_page(choice, LAST, limit=10).rows]
    assert [(row["action"], row["on_behalf_of"]) for row in rows] == [
        ("job_terminated", "cli:alice"),
        ("job_created", "cli:alice"),
    ]
    assert rows[1]["after"] == {"job_type": OTP}

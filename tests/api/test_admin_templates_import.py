"""Import and export in the templates' admin."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.roles import Role
from templates_app.models import JobTemplate
from tests import factories
from tests.support.admin import find_csp_violations, read_messages, read_text, sign_in

pytestmark = pytest.mark.django_db
LIST = "/admin/templates_app/jobtemplate/"
IMPORT = f"{LIST}import/"


@pytest.fixture
def editor() -> Client:
    return sign_in(Role.EDITOR, "eve")


def file_of(*documents: dict[str, Any]) -> str:
    return json.dumps({one["type"]: one for one in documents})


def send(client: Client, button: str, **form: Any) -> Any:
    return client.post(IMPORT, {button: "1", **form}, follow=True)


def test_checking_reports_what_would_change_and_stores_nothing(editor: Client) -> None:
    factories.store(factories.document(), factories.document(factories.PASSWORD))
    text = file_of(factories.document(), factories.document("no_handler_job"))
    answer = send(editor, "check", text=text, prune="on")
    page = read_text(answer)
    for line in ("Created no_handler_job", "Unchanged otp_send_job", "Archived forgot_password_job"):
        assert line in page
    assert "no_handler_job.type There is no handler for this template" in page
    assert JobTemplate.objects.filter(archived=False).count() == 2
    assert find_csp_violations(answer) == []


def test_checking_reports_the_differences(editor: Client) -> None:
    factories.store(factories.document(maxRuns=3))
    answer = send(editor, "check", text=file_of(factories.document(payload={"user_id": 8})))
    assert "otp_send_job.payload.user_id 7 8 otp_send_job.maxRuns 3" in read_text(answer)
    assert find_csp_violations(answer) == []


def test_a_checked_file_can_be_imported_from_the_text_that_comes_back(editor: Client) -> None:
    file = SimpleUploadedFile("t.json", file_of(factories.document()).encode())
    form = send(editor, "check", file=file).context["form"]
    answer = send(editor, "import", text=form["text"].value())
    assert read_messages(answer) == ["Created: otp_send_job"]
    assert JobTemplate.objects.get().updated_by == "eve"


def test_every_problem_is_listed_and_nothing_is_stored(editor: Client) -> None:
    bad = factories.document(factories.PASSWORD, startInSeconds=-1, bogus=True)
    answer = send(editor, "import", text=file_of(factories.document(), bad))
    page = read_text(answer)
    assert "Nothing was stored." in page
    assert "forgot_password_job.startInSeconds" in page
    assert "forgot_password_job.bogus" in page
    assert answer.context["form"]["text"].value() == file_of(factories.document(), bad)
    assert not JobTemplate.objects.exists()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "Choose a file, or paste its text."),
        ("{", "line 1, column 2"),
        ("[]", "The file must be one JSON object"),
    ],
)
def test_what_is_no_file_of_templates_is_refused(editor: Client, text: str, problem: str) -> None:
    assert problem in read_text(send(editor, "import", text=text))


def test_a_file_that_is_not_utf8_is_refused(editor: Client) -> None:
    file = SimpleUploadedFile("t.json", b'{"a": "\xff"}')
    assert "not UTF-8: byte 7" in read_text(send(editor, "import", file=file))


def test_a_file_over_the_limit_is_refused(editor: Client, settings: Any) -> None:
    settings.BULK_BODY_LIMIT = 10
    file = SimpleUploadedFile("t.json", file_of(factories.document()).encode())
    assert "A file has at most 10 bytes." in read_text(send(editor, "import", file=file))


def test_what_was_exported_imports_unchanged(editor: Client) -> None:
    factories.store(factories.document(label="Größe"), factories.recurring(factories.PASSWORD))
    exported = editor.get(f"{LIST}export/")
    assert exported["Content-Disposition"] == 'attachment; filename="job_templates.json"'
    answer = send(editor, "import", text=exported.content.decode())
    assert read_messages(answer) == ["Unchanged: forgot_password_job, otp_send_job"]


def test_operators_export_and_do_not_import() -> None:
    operator = sign_in(Role.OPERATOR)
    assert operator.get(f"{LIST}export/").status_code == 200
    assert operator.get(IMPORT).status_code == 403
    assert send(operator, "import", text=file_of(factories.document())).status_code == 403
    assert "Import file" not in read_text(operator.get(LIST))
    assert not JobTemplate.objects.exists()


@pytest.mark.parametrize("page", ["import", "export"])
def test_strangers_are_asked_to_sign_in(client: Client, page: str) -> None:
    assert client.get(f"{LIST}{page}/")["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("button", ["check", "import"])
def test_a_file_of_no_templates_archives_none_without_force(editor: Client, button: str) -> None:
    factories.store(factories.document(), factories.document(factories.PASSWORD))
    page = read_text(send(editor, button, text="{}", prune="on"))
    assert "Nothing was stored." in page
    assert "it would archive all 2 that there are" in page
    assert not JobTemplate.objects.filter(archived=True).exists()
    send(editor, "import", text="{}", prune="on", force="on")
    assert not JobTemplate.objects.filter(archived=False).exists()


def test_a_key_that_stands_twice_is_reported_with_its_place(editor: Client) -> None:
    text = file_of(factories.document()).replace('"startInSeconds"', '"type": "x", "startInSeconds"')
    page = read_text(send(editor, "import", text=text))
    assert "otp_send_job.type The key type stands twice in one object" in page
    assert not JobTemplate.objects.exists()

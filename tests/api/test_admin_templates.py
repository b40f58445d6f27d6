"""Templates in the admin: list, document, versions, removal."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from accounts.roles import Role
from catalogue.services import save_template
from templates_app.models import JobTemplate, TemplateVersion
from tests import factories
from tests.support.admin import find_csp_violations, read_messages, read_text, sign_in

pytestmark = pytest.mark.django_db
LIST = "/admin/templates_app/jobtemplate/"
OTP = f"{LIST}otp_send_job/change/"
NO_INLINES = {"versions-TOTAL_FORMS": "0", "versions-INITIAL_FORMS": "0"}


@pytest.fixture
def editor() -> Client:
    return sign_in(Role.EDITOR, "eve")


def save(client: Client, document: Any, address: str = OTP, version: int | None = 1) -> Any:
    text = document if isinstance(document, str) else json.dumps(document)
    seen = {} if version is None else {"seen_version": version}
    return client.post(address, {"document": text, **seen, **NO_INLINES}, follow=True)


def errors(answer: Any) -> list[str]:
    form = answer.context["adminform"].form
    return [error for listed in form.errors.values() for error in listed]


def test_the_list_shows_what_each_template_is(editor: Client) -> None:
    factories.store(factories.recurring(), factories.document(factories.PASSWORD))
    page = editor.get(LIST)
    text = read_text(page)
    assert "forgot_password_job" in text
    assert "Import file" in text
    assert "Export" in text
    assert find_csp_violations(page) == []


def test_list_and_page_say_whether_the_handler_can_run(editor: Client, write_handler: Any) -> None:
    write_handler("broken_job", "yield 1")
    factories.store(factories.document(), factories.document("broken_job"))
    for address in (LIST, f"{LIST}broken_job/change/"):
        assert "is async or a generator" in read_text(editor.get(address))
    assert "can run" in read_text(editor.get(OTP))


def test_the_document_is_shown_as_its_author_wrote_it(editor: Client) -> None:
    written = factories.document(priority=3)
    factories.store(written)
    page = editor.get(OTP)
    assert json.loads(page.context["adminform"].form["document"].value()) == written
    assert find_csp_violations(page) == []


def test_saving_a_change_makes_a_version_by_its_author(editor: Client) -> None:
    factories.template()
    answer = save(editor, factories.document(priority=5))
    template = JobTemplate.objects.get()
    assert answer.redirect_chain
    assert (template.version, template.priority, template.updated_by) == (2, 5, "eve")
    assert list(TemplateVersion.objects.values_list("number", flat=True)) == [2, 1]


def test_saving_what_is_there_already_makes_no_version(editor: Client) -> None:
    factories.template()
    save(editor, editor.get(OTP).context["adminform"].form["document"].value())
    assert JobTemplate.objects.get().version == 1


def test_its_versions_are_shown(editor: Client) -> None:
    factories.template()
    factories.template(priority=5)
    text = read_text(editor.get(OTP))
    assert text.index('"priority": 5') < text.index("JSON")
    assert "the newest 30 versions" in text.lower()


def test_problems_are_listed_with_place_value_and_remedy(editor: Client) -> None:
    factories.template()
    field = {"user_id": {"type": "uint", "minValue": "low"}}
    bad = factories.document(payload_schema=field, payload={}, queue=7)
    answer = save(editor, bad)
    problems = errors(answer)
    assert [problem.partition(":")[0] for problem in problems] == ["queue", "payload_schema.user_id.minValue"]
    assert 'There stands "low".' in problems[1]
    assert JobTemplate.objects.get().version == 1


def test_text_that_is_not_json_is_refused_with_its_place_and_kept(editor: Client) -> None:
    factories.template()
    answer = save(editor, "{type: 1}")
    assert "line 1, column 2" in errors(answer)[0]
    assert "{type: 1}" in answer.content.decode()


def test_a_document_of_another_type_is_refused(editor: Client) -> None:
    factories.template()
    assert errors(save(editor, factories.document(factories.PASSWORD)))[0].startswith("type: ")


def test_a_stale_version_is_refused_and_the_text_kept(editor: Client) -> None:
    factories.template()
    factories.template(priority=5)
    answer = save(editor, factories.document(priority=7), version=1)
    assert "system changed this template meanwhile: it is version 2 now." in errors(answer)[0]
    assert '"priority": 7' in read_text(answer)
    assert JobTemplate.objects.get().priority == 5


def test_a_new_template_is_added(editor: Client) -> None:
    answer = save(editor, factories.document(), f"{LIST}add/", version=None)
    assert answer.redirect_chain
    assert JobTemplate.objects.get().updated_by == "eve"


def test_adding_a_type_that_is_there_is_refused(editor: Client) -> None:
    factories.template()
    answer = save(editor, factories.document(priority=5), f"{LIST}add/", version=None)
    assert errors(answer) == ["There is a template otp_send_job already: change that."]


def test_warnings_are_reported(editor: Client) -> None:
    answer = save(editor, factories.document("no_handler_job"), f"{LIST}add/", version=None)
    assert any(
        message.startswith("type: There is no handler for this template") for message in read_messages(answer)
    )


def test_a_template_without_jobs_is_deleted(editor: Client) -> None:
    factories.template()
    answer = editor.post(f"{LIST}otp_send_job/delete/", {"post": "yes"}, follow=True)
    assert read_messages(answer) == ["The template otp_send_job was deleted."]
    assert not JobTemplate.objects.exists()


def test_a_template_with_jobs_is_archived(editor: Client) -> None:
    factories.scheduled()
    assert "archived instead" in read_text(editor.get(f"{LIST}otp_send_job/delete/"))
    answer = editor.post(f"{LIST}otp_send_job/delete/", {"post": "yes"}, follow=True)
    assert read_messages(answer) == ["The template otp_send_job has jobs, so it was archived."]
    assert JobTemplate.objects.get().archived


@pytest.mark.parametrize("job_type", ["no_such_job", "%00"])
def test_an_unknown_type_leads_back_with_a_message(editor: Client, job_type: str) -> None:
    [message] = read_messages(editor.get(f"{LIST}{job_type}/change/", follow=True))
    assert "doesn’t exist" in message


def test_operators_read_and_change_nothing() -> None:
    factories.template()
    operator = sign_in(Role.OPERATOR)
    page = operator.get(OTP)
    assert '"user_id"' in read_text(page)
    assert b"<textarea" not in page.content
    save(operator, factories.document(priority=5))
    operator.post(f"{LIST}otp_send_job/delete/", {"post": "yes"})
    assert JobTemplate.objects.get().version == 1
    assert operator.get(f"{LIST}add/").status_code == 403


def test_a_change_that_waiting_jobs_would_not_pass_is_listed_and_can_be_forced(editor: Client) -> None:
    factories.store()
    job_id = factories.scheduled(payload={"user_id": 9})
    stricter = factories.document(payload_schema={"user_id": {"type": "uint", "maxValue": 7}})
    (reported,) = errors(save(editor, stricter))
    assert str(job_id) in reported
    assert JobTemplate.objects.get().version == 1
    editor.post(OTP, {"document": json.dumps(stricter), "seen_version": 1, "force": "on", **NO_INLINES})
    assert JobTemplate.objects.get().version == 2


def test_a_key_that_stands_twice_is_reported_with_its_place(editor: Client) -> None:
    factories.template()
    text = json.dumps(factories.document(priority=5)).replace('"label"', '"label": "x", "label"')
    problem = "payload_schema.user_id.label: The key label stands twice in one object: remove one of the two."
    assert errors(save(editor, text)) == [problem]
    assert JobTemplate.objects.get().version == 1


@pytest.mark.parametrize("address", [OTP, f"{LIST}add/"], ids=["change", "add"])
def test_what_came_between_the_forms_check_and_the_saving_is_reported(
    editor: Client, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    def late(**options: Any) -> Any:
        factories.store(factories.document(priority=7))
        return save_template(**options)

    monkeypatch.setattr("catalogue.admin.template.save_template", late)
    if address == OTP:
        factories.template()
    typed = {"document": json.dumps(factories.document(priority=5)), "seen_version": 1, **NO_INLINES}
    (message,) = read_messages(editor.post(address, typed, follow=True))
    assert "changed meanwhile" in message or "already" in message
    assert JobTemplate.objects.get().priority == 7

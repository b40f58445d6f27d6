"""Django admin: somebody with some rights on a restricted job type finds there what REST shows, and no more."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import SYSTEM, Role
from jobs.services.series_editing import create_series
from tests import factories
from tests.api.rights import OPEN, RESTRICTED, grant, store_both
from tests.support.admin import read_messages, read_text, sign_in

pytestmark = pytest.mark.django_db
JOBS, SERIES = "/admin/restjob_jobs/job/", "/admin/restjob_jobs/series/"
TEMPLATES = "/admin/templates_app/jobtemplate/"


@pytest.fixture
def job_id(db: None) -> uuid.UUID:
    store_both()
    return factories.succeeded(RESTRICTED)


def person(*rights: str, role: Role = Role.OPERATOR) -> Client:
    client = sign_in(role, f"{role}-{'-'.join(rights)}")
    if rights:
        grant(User.objects.get(username=f"{role}-{'-'.join(rights)}"), *rights)
    return client


def act(client: Client, action: str, job_id: uuid.UUID) -> Any:
    return client.post(JOBS, {"action": action, "_selected_action": [str(job_id)]}, follow=True)


def test_lists_and_filters_have_what_is_seen(job_id: uuid.UUID) -> None:
    create_series(job_type=RESTRICTED, fields={"every_seconds": 60}, actor=SYSTEM)
    editor, seer = person(role=Role.EDITOR), person("see")
    for address in (JOBS, SERIES, TEMPLATES):
        assert RESTRICTED not in read_text(editor.get(address))
        assert RESTRICTED in read_text(seer.get(address))


def test_an_unseen_job_and_template_have_no_page(job_id: uuid.UUID) -> None:
    editor = person(role=Role.EDITOR)
    for address in (f"{JOBS}{job_id}/change/", f"{TEMPLATES}{RESTRICTED}/change/"):
        assert "doesn’t exist" in read_text(editor.get(address, follow=True))


def test_the_page_of_a_job_that_may_only_be_seen_has_no_contents(job_id: uuid.UUID) -> None:
    page = read_text(person("see").get(f"{JOBS}{job_id}/change/"))
    assert "You may only see that this job ran" in page
    assert "user_id" not in page
    assert "user_id" in read_text(person("read").get(f"{JOBS}{job_id}/change/"))


def test_the_page_of_a_template_that_may_only_be_seen_has_no_document(job_id: uuid.UUID) -> None:
    page = read_text(person("see").get(f"{TEMPLATES}{RESTRICTED}/change/"))
    assert "payload_schema" not in page


def test_only_who_may_run_a_type_can_choose_it(job_id: uuid.UUID) -> None:
    address = f"{JOBS}add/"
    assert RESTRICTED not in read_text(person("read").get(address))
    assert RESTRICTED in read_text(person("run").get(address))
    refused = read_text(person("stop").get(address, {"job_type": RESTRICTED}))
    assert "There is no template of this type that you may run." in refused


def test_actions_say_what_one_may_not_do(job_id: uuid.UUID) -> None:
    waiting = factories.scheduled(RESTRICTED)
    (refused,) = read_messages(act(person("run"), "terminate_selected", waiting))
    assert "You have no right to stop" in refused
    (refused,) = read_messages(act(person("see", "stop"), "run_again", waiting))
    assert "You have no right to read" in refused
    assert factories.job(waiting).state == "scheduled"


def test_only_who_may_edit_gets_the_form(job_id: uuid.UUID) -> None:
    address = f"{TEMPLATES}{RESTRICTED}/change/"
    assert 'name="document"' not in person("read").get(address).content.decode()
    assert 'name="document"' in person("edit").get(address).content.decode()
    assert OPEN in read_text(person(role=Role.EDITOR).get(f"{TEMPLATES}{OPEN}/change/"))

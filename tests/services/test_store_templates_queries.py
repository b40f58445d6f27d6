"""Reading templates: one, lists, histories."""

from __future__ import annotations

from typing import Any

import pytest

from foundation.errors import NotFound
from templates_app.documents import parse_document
from templates_app.queries import get_template, list_templates, version_spec, versions_of
from templates_app.services import archive_template, prepare_template, store_template

pytestmark = pytest.mark.django_db


def store(job_type: str, **changes: Any) -> None:
    document = {
        "type": job_type,
        "startInSeconds": 1,
        "userTriggered": True,
        "rescheduleAfterTermination": False,
        "payload_schema": {},
        **changes,
    }
    store_template(prepared=prepare_template(parse_document(document)), actor_name="ann")


def types(**filters: Any) -> list[str]:
    return [template.type for template in list_templates(**filters)]


def test_templates_are_listed_by_type_without_archived_ones() -> None:
    for job_type in ("b_job", "c_job", "a_job"):
        store(job_type)
    archive_template(job_type="b_job", actor_name="ann")
    assert types() == ["a_job", "c_job"]
    assert types(archived=True) == ["b_job"]
    assert types(archived=None) == ["a_job", "b_job", "c_job"]


def test_the_list_can_be_narrowed() -> None:
    store("mail_job", label="Send letters")
    store("sweep_job", label="Tidy up", userTriggered=False)
    assert types(user_triggered=True) == ["mail_job"]
    assert types(user_triggered=False) == ["sweep_job"]
    assert types(search="SWEEP") == ["sweep_job"]
    assert types(search="letter") == ["mail_job"]
    assert types(search="%") == []
    assert types(search="\0") == ["mail_job", "sweep_job"]


@pytest.mark.parametrize("name", ["no_such_job", "", "a\0b", "x" * 10_000, "\ud800", "Ünknown"])
def test_an_unknown_template_is_not_found(name: str) -> None:
    with pytest.raises(NotFound) as caught:
        get_template(name)
    (problem,) = caught.value.problems
    assert (problem.code, problem.attr) == ("not_found", "job_type")
    problem.detail.encode()
    assert len(problem.detail) < 200


def test_an_unknown_version_is_not_found() -> None:
    store("a_job")
    with pytest.raises(NotFound):
        version_spec("a_job", 2)
    with pytest.raises(NotFound):
        versions_of("no_such_job")


def test_an_archived_template_is_still_found() -> None:
    store("a_job")
    archive_template(job_type="a_job", actor_name="ann")
    assert get_template("a_job").archived
    assert version_spec("a_job", 1).type == "a_job"

"""Secret default values of a template: sealed when it is stored, kept where the marker comes back."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.roles import SYSTEM
from catalogue import importing
from catalogue.export import export_documents
from catalogue.importing import ImportReport
from foundation.encryption import NoSecretsKey, unseal
from foundation.errors import Invalid, Problem
from templates_app.documents import parse_document, parse_file
from templates_app.models import TemplateVersion
from templates_app.queries import get_template, version_spec
from tests.factories import EDITOR, OTP, document, recurring, store

pytestmark = pytest.mark.django_db
KEY, MARKER = "s3cret-key", "$encrypted$"
SECRET: dict[str, Any] = {"payload_schema": {"api_key": {"type": "secret"}, "note": {"type": "string"}}}
WITH_KEY = document(**SECRET, payload={"api_key": KEY})
WITH_MARKER = document(**SECRET, payload={"api_key": MARKER})


def newest() -> TemplateVersion:
    return TemplateVersion.objects.get(template_id=OTP, number=get_template(OTP).version)


def take(**documents: Any) -> ImportReport:
    return importing.import_templates(specs=parse_file(documents), actor=EDITOR)


def refused(one: dict[str, Any]) -> tuple[Problem, ...]:
    with pytest.raises(Invalid) as caught:
        store(one)
    return caught.value.problems


def test_the_document_is_stored_with_the_marker_and_the_value_apart() -> None:
    store(WITH_KEY)
    assert newest().document_json == WITH_MARKER
    assert KEY not in newest().document + str(newest().secrets)
    assert unseal(newest().secrets) == {"api_key": KEY}


def test_its_form_shows_the_marker() -> None:
    store(WITH_KEY)
    compiled = version_spec(OTP, 1).compiled
    assert compiled.initial == {"api_key": MARKER}
    assert KEY not in str((compiled.json_schema, compiled.ui_schema))
    assert KEY not in str(parse_document(WITH_KEY).compiled.json_schema)


def test_the_marker_keeps_the_value_through_a_change() -> None:
    store(WITH_KEY)
    store(WITH_MARKER | {"label": "Another"})
    assert (newest().number, unseal(newest().secrets)) == (2, {"api_key": KEY})


def test_an_export_imports_as_unchanged() -> None:
    store(WITH_KEY)
    assert export_documents(SYSTEM) == {OTP: WITH_MARKER}
    assert take(**export_documents(SYSTEM)).unchanged == [OTP]
    assert take(**{OTP: WITH_KEY}).unchanged == [OTP]


def test_another_value_is_a_new_version_although_the_document_looks_the_same() -> None:
    store(WITH_KEY)
    store(document(**SECRET, payload={"api_key": "another"}))
    assert (newest().number, unseal(newest().secrets)) == (2, {"api_key": "another"})
    assert unseal(TemplateVersion.objects.get(number=1).secrets) == {"api_key": KEY}


def test_a_default_that_is_taken_out_is_gone() -> None:
    store(WITH_KEY)
    store(document(**SECRET, payload={}))
    assert newest().secrets is None
    assert [problem.attr for problem in refused(WITH_MARKER)] == ["payload.api_key"]


def test_an_import_with_a_marker_that_stands_for_nothing_stores_nothing() -> None:
    with pytest.raises(Invalid) as caught:
        take(**{OTP: WITH_MARKER, "forgot_password_job": document("forgot_password_job")})
    assert [(one.attr, one.code) for one in caught.value.problems] == [
        (f"{OTP}.payload.api_key", "SECRET_MISSING")
    ]
    assert not TemplateVersion.objects.exists()


def test_a_marker_where_no_field_is_secret_is_refused() -> None:
    store(WITH_KEY)
    other = document(payload_schema={"api_key": {"type": "string"}}, payload={"api_key": MARKER})
    assert [(one.attr, one.code) for one in refused(other)] == [("payload.api_key", "SECRET_MISSING")]


def test_a_stored_value_that_new_rules_refuse_is_named_but_not_shown() -> None:
    store(WITH_KEY)
    rules: dict[str, Any] = {"payload_schema": {"api_key": {"type": "secret", "minLength": 99}}}
    (problem,) = refused(document(**rules, payload={"api_key": MARKER}))
    assert (problem.attr, problem.code) == ("payload.api_key", "minLength")
    assert KEY not in str(problem)


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"key": {"type": "secret", "default": KEY}}, "key.default"),
        (
            {"login": {"type": "object", "fields": {"key": {"type": "secret", "default": KEY}}}},
            "login.key.default",
        ),
        (
            {"login": {"type": "object", "fields": {"key": {"type": "secret"}}, "default": {"key": KEY}}},
            "login.default",
        ),
    ],
)
def test_a_default_in_the_schema_itself_would_not_be_encrypted_and_is_refused(
    fields: dict[str, Any], place: str
) -> None:
    (problem,) = refused(document(payload_schema=fields, payload={}))
    assert (problem.attr, problem.code) == (f"payload_schema.{place}", "secret_default")
    assert KEY not in str(problem)


def test_a_secret_inside_an_object_is_kept_apart_too() -> None:
    login: dict[str, Any] = {
        "login": {"type": "object", "fields": {"key": {"type": "secret"}, "name": {"type": "string"}}}
    }
    store(document(payload_schema=login, payload={"login": {"key": KEY, "name": "ann"}}))
    assert newest().document_json["payload"] == {"login": {"key": MARKER, "name": "ann"}}
    assert unseal(newest().secrets) == {"login.key": KEY}
    store(document(payload_schema=login, payload={"login": {"key": MARKER, "name": "eve"}}))
    assert unseal(newest().secrets) == {"login.key": KEY}


def test_a_system_template_may_take_its_secret_from_what_is_stored() -> None:
    system: dict[str, Any] = {"payload_schema": {"api_key": {"type": "secret", "required": True}}}
    store(recurring(**system, payload={"api_key": KEY}))
    store(recurring(**system, payload={"api_key": MARKER}, label="Another"))
    assert unseal(newest().secrets) == {"api_key": KEY}


def test_without_a_key_a_template_with_a_secret_field_is_refused(settings: Any) -> None:
    settings.SECRETS_KEYS = []
    with pytest.raises(NoSecretsKey, match="Set SECRETS_KEYS"):
        store(document(**SECRET, payload={}))
    store(document())
    assert newest().number == 1

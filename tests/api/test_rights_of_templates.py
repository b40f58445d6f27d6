"""Who sees, stores, imports and exports a restricted template, and who changes the access."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.roles import Role
from accounts.services.rights import count_changes
from templates_app.models import JobTemplate
from tests import factories
from tests.api.caller import Caller, refused
from tests.api.caller import admin as admin
from tests.api.rights import OPEN, RESTRICTED, Granted, grant, store_both

pytestmark = pytest.mark.django_db
HERE = f"templates/{RESTRICTED}/"


@pytest.fixture(autouse=True)
def _both_types(db: None) -> None:
    store_both()


def file_of(*documents: dict[str, Any]) -> dict[str, Any]:
    return {one["type"]: one for one in documents}


def restricted(**keys: Any) -> dict[str, Any]:
    return factories.document(RESTRICTED, access="restricted", **keys)


def test_the_template_says_what_one_may_do(editor: Caller, admin: Caller) -> None:
    everything = ["see", "read", "run", "stop", "edit"]
    assert admin.get(HERE).json()["meta"]["rights"] == everything
    assert editor.get(f"templates/{OPEN}/").json()["meta"]["rights"] == everything
    assert Granted("run").get(HERE).json()["meta"]["rights"] == ["see", "run"]


def test_who_only_sees_a_type_gets_no_fields_and_no_default_values() -> None:
    answer = Granted("see").get(HERE).json()
    assert answer.keys() == {"type", "userTriggered", "access", "meta"}
    assert answer["meta"]["hidden"] is True


def test_only_an_admin_changes_the_access(editor: Caller, admin: Caller) -> None:
    body = {"access": "restricted"}
    assert refused(editor.send("PATCH", f"templates/{OPEN}/", body)) == (400, [("access", "not_yours")])
    assert admin.send("PATCH", f"templates/{OPEN}/", body).status_code == 200
    assert editor.get(f"templates/{OPEN}/").status_code == 404


def test_a_grant_to_edit_does_not_open_the_template_to_all() -> None:
    owner = Granted("edit")
    assert owner.send("PATCH", HERE, {"label": "Ours"}).status_code == 200
    assert refused(owner.send("PATCH", HERE, {"access": "open"})) == (400, [("access", "not_yours")])
    assert refused(owner.send("PUT", HERE, factories.document(RESTRICTED))) == (
        400,
        [("access", "not_yours")],
    )


def test_an_access_that_does_not_exist_is_refused(admin: Caller) -> None:
    assert refused(admin.send("PATCH", HERE, {"access": "private"})) == (400, [("access", "enum")])


def test_a_change_of_access_is_told_to_all_web_processes(admin: Caller) -> None:
    before = count_changes()
    admin.send("PATCH", HERE, {"label": "Renamed"})
    assert count_changes() == before
    admin.send("PATCH", HERE, {"access": "open"})
    assert count_changes() == before + 1
    admin.post("templates/import/", file_of(restricted()))
    assert count_changes() == before + 2


def test_an_import_of_a_type_that_is_not_ones_own_stores_nothing(editor: Caller) -> None:
    answer = editor.post("templates/import/", file_of(factories.document(OPEN, label="New"), restricted()))
    assert refused(answer) == (400, [(RESTRICTED, "not_yours")])
    assert JobTemplate.objects.get(pk=OPEN).version == 1


def test_an_editor_imports_no_new_restricted_type(editor: Caller) -> None:
    answer = editor.post("templates/import/", file_of(factories.document("mine", access="restricted")))
    assert refused(answer) == (400, [("mine.access", "not_yours")])


def test_who_may_edit_a_restricted_type_imports_what_they_exported() -> None:
    owner = Granted("edit", role=Role.EDITOR)
    exported = owner.get("templates/export/").json()
    assert exported.keys() == {OPEN, RESTRICTED}
    assert sorted(owner.post("templates/import/", exported).json()["unchanged"]) == sorted(exported)


def test_an_export_leaves_out_what_one_may_not_edit(editor: Caller) -> None:
    assert editor.get("templates/export/").json().keys() == {OPEN}
    assert Granted("read").get("templates/export/").json().keys() == {OPEN}


def test_prune_leaves_what_one_may_not_edit(editor: Caller) -> None:
    mine = factories.document("mine")
    report = editor.post("templates/import/?prune=true&force=true", file_of(mine)).json()
    assert report["archived"] == [OPEN]
    assert JobTemplate.objects.get(pk=RESTRICTED).archived is False


def test_a_new_template_cannot_take_the_name_of_one_that_is_not_seen(editor: Caller) -> None:
    answer = editor.post("templates/", factories.document(RESTRICTED))
    assert refused(answer) == (409, [("type", "already_exists")])


def test_a_preview_does_not_use_what_others_have_stored(editor: Caller, admin: Caller) -> None:
    secret = {"password": {"type": "secret"}}
    keys = {"payload_schema": secret, "payload": {"password": "s3cret-of-others"}}
    assert admin.send("PUT", HERE, restricted(**keys)).status_code == 200
    stolen = restricted(payload_schema=secret, payload={"password": "$encrypted$"})
    preview = editor.post("template-preview/", {"document": stolen, "payload": {}}).json()
    assert [problem["code"] for problem in preview["problems"]] == ["not_found"]
    assert preview["form"] is preview["trial"] is None


def test_a_grant_for_a_pattern_lets_one_create_such_types() -> None:
    author = Caller(Role.VIEWER)
    grant(author.user, "edit", job_types=("mail_*",))
    assert author.post("templates/", factories.document("mail_send")).status_code == 201
    assert refused(author.post("templates/", factories.document("other"))) == (
        403,
        [("job_type", "permission_denied")],
    )

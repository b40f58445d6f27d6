"""The example templates are imported once into a database, and never replace what a user changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from launcher import prepare
from templates_app.models import JobTemplate

pytestmark = pytest.mark.django_db


def test_an_empty_database_gets_the_examples(tmp_path: Path) -> None:
    prepare.import_examples_once(tmp_path / "stamp")
    assert JobTemplate.objects.filter(type="otp_send_job").exists()
    ready_made = JobTemplate.objects.filter(type__in=["http_request", "management_command"])
    assert list(ready_made.values_list("user_triggered", flat=True)) == [True, True]


def test_examples_that_were_deleted_do_not_come_back(tmp_path: Path) -> None:
    prepare.import_examples_once(tmp_path / "stamp")
    JobTemplate.objects.filter(type="forgot_password_job").update(archived=True)
    JobTemplate.objects.filter(type="otp_send_job").update(enabled=False)
    prepare.import_examples_once(tmp_path / "stamp")
    assert JobTemplate.objects.get(type="forgot_password_job").archived
    assert not JobTemplate.objects.get(type="otp_send_job").enabled


def test_a_new_state_directory_leaves_a_database_with_templates_alone(tmp_path: Path) -> None:
    prepare.import_examples_once(tmp_path / "stamp")
    JobTemplate.objects.filter(type="otp_send_job").update(enabled=False)
    prepare.import_examples_once(tmp_path / "another stamp")
    assert not JobTemplate.objects.get(type="otp_send_job").enabled


def test_a_migrated_database_is_not_migrated_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare, "call_command", lambda *_, **__: pytest.fail("migrated"))
    prepare.migrate_if_needed()


def test_a_database_that_no_longer_carries_this_code_stops_the_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(prepare, "call_command", lambda *_, **__: pytest.fail("migrated"))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE schema_compatibility SET oldest_code = 1000")
    with pytest.raises(SystemExit, match="no longer carries this code"):
        prepare.migrate_if_needed()

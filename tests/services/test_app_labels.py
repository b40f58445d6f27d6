"""Databases from when the apps were labelled `accounts` and `jobs` are read under the labels of now."""

from __future__ import annotations

from contextlib import suppress

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from foundation import schema
from foundation.app_labels import move_history

pytestmark = pytest.mark.django_db
LATER_UNDONE = "DELETE FROM django_migrations WHERE app = 'jobs' AND name > '0011'"
LABELS = {app.label for app in apps.get_app_configs()}


def recorded(label: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM django_migrations WHERE app = %s ORDER BY name", [label])
        return [name for (name,) in cursor.fetchall()]


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture
def _former_labels() -> None:
    """The history as it was: nothing under the labels of now."""
    run("DELETE FROM django_migrations WHERE name IN ('0011_own_label', '0003_own_label')")
    run("DELETE FROM django_migrations WHERE app = 'restjob_accounts' AND name > '0003'")
    run("CREATE TABLE jobs_relay (id integer)")  # a table of then
    for table, column in (("django_migrations", "app"), ("django_content_type", "app_label")):
        run(
            f"UPDATE {table} SET {column} = substr({column}, 9) WHERE {column} IN ('restjob_jobs', 'restjob_accounts')"
        )


@pytest.mark.usefixtures("_former_labels")
def test_the_history_is_copied_once_and_stays_for_the_version_before() -> None:
    before = recorded("jobs")
    for _ in range(2):
        move_history(connection, labels_in_use=LABELS)
    assert recorded("restjob_jobs") == recorded("jobs") == before
    assert recorded("restjob_accounts") == recorded("accounts") != []


@pytest.mark.usefixtures("_former_labels")
def test_migrate_goes_on_from_there_and_moves_the_content_types() -> None:
    run("INSERT INTO django_content_type (app_label, model) VALUES ('jobs', 'team')")
    run(LATER_UNDONE)
    call_command("migrate", "restjob_accounts", "0003_own_label", verbosity=0, interactive=False)
    call_command("migrate", "restjob_jobs", "0011_own_label", verbosity=0, interactive=False)
    assert recorded("restjob_jobs")[-1] == "0011_own_label"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT app_label FROM django_content_type WHERE model IN ('job', 'team', 'user')"
        )
        assert {label for (label,) in cursor.fetchall()} == {"restjob_jobs", "jobs", "restjob_accounts"}


@pytest.mark.usefixtures("_former_labels")
def test_a_process_says_that_migrate_is_what_is_missing() -> None:
    problem = schema.check()
    assert problem is not None
    assert problem.migrate_helps
    assert "own_label" in problem.sentence


@pytest.mark.usefixtures("_former_labels")
def test_a_plan_leaves_the_history_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    run(LATER_UNDONE)
    with suppress(SystemExit):
        call_command("migrate", plan=True, interactive=False)
    assert "own_label" in capsys.readouterr().out
    assert recorded("restjob_jobs") == []


@pytest.mark.usefixtures("_former_labels")
def test_where_a_team_has_an_app_of_that_label_ours_is_no_longer_recorded_under_it() -> None:
    move_history(connection, labels_in_use=LABELS)
    run("INSERT INTO django_migrations (app, name, applied) VALUES ('jobs', '0001_team', now())")
    move_history(connection, labels_in_use={*LABELS, "jobs"})
    assert recorded("jobs") == ["0001_team"]
    assert recorded("restjob_jobs") != []
    assert recorded("accounts") != []


def test_the_history_of_a_team_s_own_app_is_never_taken_for_ours() -> None:
    run("UPDATE django_migrations SET app = 'kept' WHERE app = 'restjob_jobs'")
    run("INSERT INTO django_migrations (app, name, applied) VALUES ('jobs', '0001_initial', now())")
    move_history(connection, labels_in_use={*LABELS, "jobs"})
    assert recorded("restjob_jobs") == []
    assert recorded("jobs") == ["0001_initial"]

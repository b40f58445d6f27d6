"""The schema of a real database is compared with the code."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader

from foundation import schema, schema_guard
from foundation.database_command import DatabaseCommand
from tests.support.shell import run_jobs_command

pytestmark = pytest.mark.django_db
COMMANDS = [
    ("import_templates", "nowhere.json"),
    ("export_templates",),
    ("create_user", "ann", "--role", "viewer"),
    ("sign_in_link", "ann"),
    ("rotate_secrets",),
]


@pytest.fixture(autouse=True)
def _nothing_remembered():
    schema.clear_cache()
    yield
    schema.clear_cache()


def sql(statement: str, *values: int | str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement, values)


def unrun(name: str) -> None:
    sql("DELETE FROM django_migrations WHERE app || '.' || name = %s", name)


def test_models_and_migrations_say_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        call_command("makemigrations", "--check", "--dry-run", "--skip-checks")
    except SystemExit:
        pytest.fail(f"a migration is missing: manage.py makemigrations\n{capsys.readouterr().out}")


def test_a_migrated_database_fits() -> None:
    assert schema.check() is None
    assert schema.find_problem() is None


def test_the_migrations_known_are_djangos_own() -> None:
    nodes = MigrationLoader(None).graph.nodes
    assert schema.known_migrations() == {".".join(node) for node in nodes}


def test_a_migration_that_was_not_run_is_named() -> None:
    unrun("restjob_jobs.0004_schema_compatibility")
    assert "lacks restjob_jobs.0004_schema_compatibility: run" in (schema.find_problem() or "")


def test_a_database_without_any_table_of_ours_is_for_migrate() -> None:
    sql("CREATE SCHEMA empty")
    sql("SET LOCAL search_path = empty")
    problem = schema.check()
    assert problem is not None
    assert (problem.migrate_helps, "no tables" in problem.sentence) == (True, True)


def test_names_from_before_a_rewrite_do_not_hide_that_columns_are_missing() -> None:
    sql("ALTER TABLE jobs_series DROP COLUMN max_runs")
    assert "has no jobs_series.max_runs" in (schema.find_problem() or "")
    # Also where further migrations wait: to run them on such a database would fail, or worse.
    unrun("restjob_jobs.0004_schema_compatibility")
    problem = schema.check()
    assert problem is not None
    assert ("has no jobs_series.max_runs" in problem.sentence, problem.migrate_helps) == (True, False)


def test_a_column_that_must_be_filled_and_that_nobody_knows_is_found() -> None:
    sql("ALTER TABLE jobs_live ADD COLUMN owner text NOT NULL")
    assert "wants a value for jobs_live.owner" in (schema.find_problem() or "")


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE jobs_live ADD COLUMN owner text",
        "ALTER TABLE jobs_live ADD COLUMN owner text NOT NULL DEFAULT ''",
        "CREATE TABLE jobs_new (id integer NOT NULL)",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('jobs', '9999_later', now())",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('long_gone', '0001_initial', now())",
        "DELETE FROM schema_compatibility",
    ],
)
def test_what_was_only_added_is_carried(change: str) -> None:
    sql(change)
    assert schema.find_problem() is None


def test_the_schema_names_the_oldest_code_that_it_carries() -> None:
    sql("UPDATE schema_compatibility SET oldest_code = %s", schema.CODE_LEVEL + 1)
    assert "no longer carries this code" in (schema.find_problem() or "")


def test_no_problem_is_cached_and_a_problem_is_not(django_assert_num_queries) -> None:
    assert schema.find_problem() is None
    with django_assert_num_queries(0):
        assert schema.find_problem() is None
    sql("UPDATE schema_compatibility SET oldest_code = 1000")
    assert schema.find_problem() is None
    schema.clear_cache()
    assert schema.find_problem() is not None
    sql("UPDATE schema_compatibility SET oldest_code = 1")
    assert schema.find_problem() is None


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_commands_refuse_a_schema_that_does_not_carry_them(words: tuple[str, ...]) -> None:
    sql("UPDATE schema_compatibility SET oldest_code = 1000")
    with pytest.raises(CommandError, match="no longer carries this code"):
        call_command(*words)


def test_commands_tell_of_a_database_that_is_away_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise OperationalError(
            'connection to server at "10.0.0.1" failed: Connection refused\n\tIs it running?'
        )

    monkeypatch.setattr(connection, "cursor", away)
    with pytest.raises(CommandError, match=r"^The database cannot be used: connection .* refused$"):
        DatabaseCommand().execute()


def test_commands_of_the_shell_refuse_but_explain_themselves() -> None:
    sql("UPDATE schema_compatibility SET oldest_code = 1000")
    for words in (["list"], ["show", "x"], ["create", "x"], ["terminate", "x"], ["rerun", "x"], ["log", "x"]):
        answer = run_jobs_command(*words)
        assert (answer.status, answer.out) == (4, "")
        [line] = answer.err
        assert "no longer carries this code" in line
    assert run_jobs_command("list", "--help").status == 0
    assert run_jobs_command("list", "--json").json["errors"][0]["code"] == "schema"


def test_a_process_does_not_start_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "close", lambda: None)
    schema_guard.refuse_to_start()
    sql("UPDATE schema_compatibility SET oldest_code = 1000")
    with pytest.raises(SystemExit, match="no longer carries this code"):
        schema_guard.refuse_to_start()


def test_a_process_starts_while_the_database_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "close", lambda: None)
    monkeypatch.setattr(schema, "check", away)
    schema_guard.refuse_to_start()

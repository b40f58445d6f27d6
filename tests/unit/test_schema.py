"""Which code and which schema fit together."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from foundation.schema import Problem, Schema, compare, known_migrations

CODE: dict[str, Any] = {
    "level": 3,
    "migrations": {"jobs.0001", "jobs.0002"},
    "columns": {"job.id", "job.state"},
}
FITS = Schema(
    oldest_code=3,
    migrations=frozenset(CODE["migrations"]),
    columns=frozenset(CODE["columns"]),
    must_fill=frozenset({"job.id"}),
)


def verdict(**changed: Any) -> Problem | None:
    return compare(replace(FITS, **changed), **CODE)


def sentence(**changed: Any) -> str:
    problem = verdict(**changed)
    assert problem is not None
    assert "\n" not in problem.sentence
    return problem.sentence


def test_the_schema_that_the_code_was_made_for_fits():
    assert verdict() is None


@pytest.mark.parametrize("oldest_code", [0, 1, 2, 3])
def test_a_newer_schema_that_still_carries_this_code_fits(oldest_code):
    newer = {"migrations": FITS.migrations | {"jobs.0003"}, "columns": FITS.columns | {"job.new"}}
    assert verdict(oldest_code=oldest_code, **newer) is None


def test_a_schema_that_no_longer_carries_it_asks_for_newer_code():
    assert "level 4, and this is level 3" in sentence(oldest_code=4)
    assert "Upgrade the code" in sentence(oldest_code=4, migrations=frozenset(), columns=frozenset())


def test_missing_migrations_are_named_with_their_remedy():
    found = sentence(migrations=frozenset({"jobs.0001"}))
    assert "jobs.0002" in found
    assert "`python manage.py migrate`" in found


def test_an_empty_database_is_for_migrate_as_well():
    problem = verdict(migrations=frozenset(), columns=frozenset(), must_fill=frozenset(), oldest_code=0)
    assert problem is not None
    assert (problem.migrate_helps, "no tables" in problem.sentence) == (True, True)


def test_migrations_that_ran_under_the_same_names_but_made_other_columns_are_found_by_a_column():
    assert "has no job.state, against what its list of migrations says" in sentence(
        columns=frozenset({"job.id"})
    )


def test_migrate_is_not_advised_where_what_it_would_build_on_is_missing():
    problem = verdict(columns=frozenset({"job.id"}), migrations=frozenset({"jobs.0001"}))
    assert problem is not None
    assert not problem.migrate_helps
    assert "migrate`" not in problem.sentence


def test_a_column_that_this_code_cannot_fill_is_reported():
    found = sentence(columns=FITS.columns | {"job.owner"}, must_fill=FITS.must_fill | {"job.owner"})
    assert "wants a value for job.owner" in found


def test_a_newer_schema_without_a_column_of_ours_asks_for_newer_code_whatever_it_says_of_itself():
    found = sentence(columns=frozenset({"job.id"}), migrations=FITS.migrations | {"jobs.0003"})
    assert "has no job.state" in found
    assert "Upgrade the code" in found


def test_of_many_names_the_first_are_shown():
    many = {f"jobs.{number:04}" for number in range(1, 8)}
    problem = compare(replace(FITS, migrations=frozenset({"jobs.0001"})), **{**CODE, "migrations": many})
    assert problem is not None
    assert "lacks jobs.0002, jobs.0003, jobs.0004 and 3 more:" in problem.sentence


def test_the_codes_migrations_are_those_of_all_its_apps():
    known = known_migrations()
    assert {
        "restjob_jobs.0001_initial",
        "restjob_accounts.0002_audit_is_append_only",
        "sessions.0001_initial",
    } <= known
    assert not [name for name in known if name.startswith("knox.") or "__" in name]

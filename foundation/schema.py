"""Checks whether this code can work with the database's schema.

The table `schema_compatibility` holds the level of the oldest code that can work with the schema, so that old and new
processes may run side by side after an upgrade. A process does not start if its code is older than that level, or if
the database lacks migrations that its code needs.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, router

from foundation.app_labels import RELABELLED, as_present

# Increase it with code that cannot run beside older code. A later migration that removes what code of level N uses must
# run UPDATE schema_compatibility SET oldest_code = N + 1.
CODE_LEVEL = 2
COMPATIBILITY_TABLE = "schema_compatibility"
MIGRATIONS_TABLE = "django_migrations"
MAX_NAMES = 3
CACHE_SECONDS = 15.0
_REMEDY = "run `python manage.py migrate`, then start again"


@dataclass(frozen=True)
class Schema:
    """Describes a database's schema: its migrations, as "restjob_jobs.0001_initial", and columns, as "jobs_job.state".

    `oldest_code` is the lowest level of code that can work with it. `must_fill` are the columns that every INSERT has
    to set, because they are NOT NULL without a default.
    """

    oldest_code: int
    migrations: frozenset[str]
    columns: frozenset[str]
    must_fill: frozenset[str]


@dataclass(frozen=True)
class Problem:
    """Says in a sentence why code and schema do not fit; `migrate_helps` if the missing migrations would solve this."""

    sentence: str
    migrate_helps: bool = False


def compare(
    found: Schema, *, level: int, migrations: Iterable[str], columns: Iterable[str]
) -> Problem | None:
    """Returns why the code cannot work with the schema `found`; None if it can.

    `level`, `migrations` and `columns` are those of the code.
    """
    needed, known = set(columns), set(migrations)
    if found.oldest_code > level:
        return _too_old(f"needs code of level {found.oldest_code}, and this is level {level}")
    if not found.migrations:
        return Problem(f"The database has no tables of this platform yet: {_REMEDY}.", migrate_helps=True)
    absent, unknown = needed - found.columns, found.must_fill - needed
    if absent or unknown:
        differs = f"has no {_list_names(absent)}" if absent else f"wants a value for {_list_names(unknown)}"
        if found.migrations - known:
            return _too_old(differs)
        return Problem(
            f"The database {differs}, against what its list of migrations says: other code made it under the same "
            "names. Restore a backup that fits this code, or begin with an empty database."
        )
    if missing := known - found.migrations:
        return Problem(f"The database lacks {_list_names(missing)}: {_REMEDY}.", migrate_helps=True)
    return None


def _too_old(why: str) -> Problem:
    return Problem(
        f"The database was upgraded and no longer carries this code: it {why}. "
        "Upgrade the code, or restore the backup from before the upgrade."
    )


def find_problem() -> str | None:
    """Returns one sentence that says why this code cannot work with this database; None if it can.

    Caches the answer None for CACHE_SECONDS. A problem is not cached, because it may be solved at any time. Raises
    django.db.Error if the database is unavailable.
    """
    global _cached_until
    if time.monotonic() < _cached_until:
        return None
    problem = check()
    if problem is not None:
        return problem.sentence
    _cached_until = time.monotonic() + CACHE_SECONDS
    return None


def clear_cache() -> None:
    """Makes the next call of `find_problem` query the database, even if it found no problem a moment ago."""
    global _cached_until
    _cached_until = 0.0


def check() -> Problem | None:
    """Queries the database; returns why the code cannot work with it, or None if it can. Raises django.db.Error."""
    columns, migrations = _columns_of_models(), known_migrations()
    labels = {one.split(".")[0] for one in migrations}
    found = _read({one.split(".")[0] for one in columns}, labels)
    if migrations - found.migrations:
        columns = _columns_made_by(found.migrations)
        found = _read({one.split(".")[0] for one in columns}, labels)
    return compare(found, level=CODE_LEVEL, migrations=migrations, columns=columns)


@cache
def known_migrations() -> frozenset[str]:
    """Returns this code's migrations as "label.name", taken from file names because importing all of them is slow."""
    found = set()
    for app in apps.get_app_configs():
        name = settings.MIGRATION_MODULES.get(app.label, f"{app.name}.migrations")
        try:
            path = import_module(name).__path__ if name else []
        except ModuleNotFoundError:
            continue
        found |= {f"{app.label}.{file.name}" for file in iter_modules(path) if file.name[0] not in "_~"}
    return frozenset(found)


@cache
def _columns_of_models() -> frozenset[str]:
    migrated = {one.split(".")[0] for one in known_migrations()}
    return _columns_of(
        model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in migrated
    )


def _columns_made_by(applied: frozenset[str]) -> frozenset[str]:
    """Returns the columns, as "table.column", that the models have after the applied migrations.

    It is slow, and therefore only called if some migrations of this code are missing in the database.
    """
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(None)
    nodes = [node for node in loader.graph.nodes if ".".join(node) in applied]
    return (
        _columns_of(loader.project_state(nodes).apps.get_models(include_auto_created=True))
        if nodes
        else frozenset()
    )


def _columns_of(models: Iterable[Any]) -> frozenset[str]:
    return frozenset(
        f"{model._meta.db_table}.{field.column}"
        for model in models
        if model._meta.managed and router.allow_migrate_model(DEFAULT_DB_ALIAS, model)
        for field in model._meta.local_concrete_fields
    )


def _read(tables: set[str], labels: set[str]) -> Schema:
    with connection.cursor() as cursor:
        # information_schema hides what the role has no rights on, and is slower.
        cursor.execute(
            """SELECT c.relname, a.attname, a.attnotnull AND NOT a.atthasdef AND a.attidentity = ''
            FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
            WHERE c.relname = ANY(%s) AND pg_table_is_visible(c.oid) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
              AND a.attnum > 0 AND NOT a.attisdropped""",
            [[*tables, *(app.table for app in RELABELLED), COMPATIBILITY_TABLE, MIGRATIONS_TABLE]],
        )
        rows = cursor.fetchall()
        there = {table for table, _, _ in rows}
        applied, oldest_code = [], 0
        if MIGRATIONS_TABLE in there:
            former = [app.former for app in RELABELLED if app.label in labels]
            cursor.execute(
                "SELECT app, name FROM django_migrations WHERE app = ANY(%s)", [[*labels, *former]]
            )
            recorded = as_present(cursor.fetchall(), tables=there)
            applied = [f"{label}.{name}" for label, name in recorded if label in labels]
        if COMPATIBILITY_TABLE in there:
            cursor.execute("SELECT coalesce(max(oldest_code), 0) FROM schema_compatibility")
            ((oldest_code,),) = cursor.fetchall()
    columns = {f"{table}.{column}": must_fill for table, column, must_fill in rows if table in tables}
    must_fill = frozenset(column for column, must in columns.items() if must)
    return Schema(oldest_code, frozenset(applied), frozenset(columns), must_fill)


def _list_names(names: Iterable[str]) -> str:
    first = sorted(names)
    more = f" and {len(first) - MAX_NAMES} more" if len(first) > MAX_NAMES else ""
    return f"{', '.join(first[:MAX_NAMES])}{more}"


_cached_until = 0.0

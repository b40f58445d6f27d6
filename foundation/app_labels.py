"""Gives two Django apps labels of their own: for landed migrations, and for the records of those that were applied.

Django records applied migrations by app label. The former labels, `accounts` and `jobs`, are names that many teams give
their own apps. A database made under them gets copies of its records before anything reads them.
"""

from __future__ import annotations

from collections.abc import Collection
from copy import deepcopy
from importlib import import_module
from typing import NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import CreateModel, Migration


class Relabelled(NamedTuple):
    """Describes a Django app of the platform whose app label changed.

    `table` is a table that only this app makes. Without it, records under the former label are of another team's app.
    """

    label: str
    former: str
    table: str


RELABELLED = (
    Relabelled("restjob_accounts", "accounts", "accounts_auditentry"),
    Relabelled("restjob_jobs", "jobs", "jobs_relay"),
)
_LOCK = "LOCK TABLE django_migrations IN SHARE ROW EXCLUSIVE MODE"
# The rows of the former label stay: processes of the version before may still run, and read them.
_COPY = """
    INSERT INTO django_migrations (app, name, applied)
    SELECT %(label)s, name, applied FROM django_migrations WHERE app = %(former)s
        AND to_regclass(%(table)s) IS NOT NULL
        AND NOT EXISTS (SELECT FROM django_migrations WHERE app = %(label)s)
    ORDER BY id"""
# A copy has the same time as its original; migrations that another app of that label applied have other times.
_DELETE_COPIED = """
    DELETE FROM django_migrations AS former USING django_migrations AS own WHERE former.app = %(former)s
        AND own.app = %(label)s AND own.name = former.name AND own.applied = former.applied"""


def relabel_migration(path: str) -> type[Migration]:
    """Returns the landed migration of this module with present labels, and with its tables' names written out.

    A landed file is never edited, and names the former label in its dependencies and foreign keys.
    """
    landed = import_module(path).Migration
    present = {app.former: app.label for app in RELABELLED}
    operations = deepcopy(landed.operations)
    for operation in operations:
        if isinstance(operation, CreateModel):
            operation.options.setdefault("db_table", f"{path.split('.')[0]}_{operation.name_lower}")
        fields = dict(getattr(operation, "fields", ()))
        for field in [*fields.values(), getattr(operation, "field", None)]:
            relation = getattr(field, "remote_field", None)
            if relation is not None and isinstance(relation.model, str):
                label, dot, model = relation.model.partition(".")
                relation.model = present.get(label, label) + dot + model
    dependencies = [
        dependency if dependency[0] not in present else (present[dependency[0]], dependency[1])
        for dependency in landed.dependencies
    ]
    return type("Migration", (landed,), {"operations": operations, "dependencies": dependencies})


def as_present(applied: Collection[tuple[str, str]], *, tables: Collection[str]) -> set[tuple[str, str]]:
    """Returns applied migrations as (label, name) under the present labels, as they will be after `move_history`.

    `applied` are the records in django_migrations, also under former labels. `tables` are the database's tables.
    """
    labels = {label for label, _ in applied}
    unmoved = {app.former: app.label for app in RELABELLED if app.label not in labels and app.table in tables}
    return {(unmoved.get(label, label), name) for label, name in applied}


def move_history(connection: BaseDatabaseWrapper, *, labels_in_use: Collection[str]) -> None:
    """Copies the migration records under each former label to the present label, unless that label has records already.

    Does nothing for an app whose table is missing. `labels_in_use` are the labels of all installed apps. If a former
    label is among them, it now belongs to another team's app, so the platform's own records under it are deleted:
    otherwise Django would count migrations of that other app as applied.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('django_migrations') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return
        cursor.execute(_LOCK)
        for app in RELABELLED:
            cursor.execute(_COPY, app._asdict())
            if app.former in labels_in_use:
                cursor.execute(_DELETE_COPIED, app._asdict())

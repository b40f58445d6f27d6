"""Moves the history of migrations to the labels that the apps have now.

`accounts` and `jobs` are names that many teams give their own apps. Django records migrations by label, so in a
database made under the former labels the records are copied to the new labels before anything else reads them.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper


class Relabelled(NamedTuple):
    """Names an app whose label changed, and a table that only it has, as another app may use the former label."""

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


def as_present(applied: Collection[tuple[str, str]], *, tables: Collection[str]) -> set[tuple[str, str]]:
    """Returns applied migrations as (label, name), under the present labels, as `move_history` would leave them.

    `applied`: as recorded, also under former labels. `tables`: those that the database has.
    """
    labels = {label for label, _ in applied}
    unmoved = {app.former: app.label for app in RELABELLED if app.label not in labels and app.table in tables}
    return {(unmoved.get(label, label), name) for label, name in applied}


def move_history(connection: BaseDatabaseWrapper, *, labels_in_use: Collection[str]) -> None:
    """Copies the migrations recorded under each former label to the new one, once; does nothing on other databases.

    `labels_in_use`: the labels of all installed apps. If a former label is among them, another app uses
    it, and our rows under it are deleted: otherwise that app's migrations would count as applied.
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

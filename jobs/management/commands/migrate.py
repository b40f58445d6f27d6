"""`manage.py migrate`: first renames the apps in the migration history to their present labels, then migrates."""

from __future__ import annotations

from typing import Any

import psycopg
from django.apps import apps
from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import DEFAULT_DB_ALIAS, connections, transaction

from foundation.app_labels import move_history
from foundation.database_errors import first_line
from foundation.direct_connection import connect_past_the_pool


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        database = options["database"]
        if database == DEFAULT_DB_ALIAS:
            try:
                connect_past_the_pool()
            except psycopg.Error as exc:
                raise CommandError(f"DATABASE_DIRECT_URL cannot be used: {first_line(exc)}") from exc
        labels = {app.label for app in apps.get_app_configs()}
        if options["plan"] or options["check_unapplied"]:
            # These change nothing: what they read is moved for them alone.
            with transaction.atomic(using=database):
                move_history(connections[database], labels_in_use=labels)
                super().handle(*args, **options)
                transaction.set_rollback(True, using=database)
            return
        with transaction.atomic(using=database):
            move_history(connections[database], labels_in_use=labels)
        super().handle(*args, **options)

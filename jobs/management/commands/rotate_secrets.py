"""`manage.py rotate_secrets`: encrypts secrets with a new key, the first of SECRETS_KEYS."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction

from accounts import audit
from accounts.actors import shell_actor
from foundation.database_command import DatabaseCommand
from foundation.errors import AppError
from jobs.services.rotation import rotate_secrets
from jobs.services.unreadable_secrets import forget_unreadable


class Command(DatabaseCommand):
    help = "Encrypts all stored secret values again, with the first of SECRETS_KEYS; the platform may run meanwhile."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--forget",
            action="store_true",
            help="gives up the values whose key is lost: they have to be entered again",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["forget"]:
            with transaction.atomic():  # none is given up without an entry that says so
                number = forget_unreadable()
                audit.record(shell_actor(), "secrets_forgotten", "secret:*", after={"given_up": number})
            self.stdout.write(f"{number} whose key is lost were given up.")
            return
        try:
            done = rotate_secrets()
            audit.record(shell_actor(), "secrets_rotated", "secret:*", after={"encrypted": done.resealed})
        except AppError as exc:
            raise CommandError(str(exc)) from None
        self.stdout.write(
            f"{done.resealed} encrypted with the newest key, {done.already_newest} were already."
        )
        if done.unreadable:
            raise CommandError(
                f"{done.unreadable} cannot be read: their key is not among SECRETS_KEYS. "
                "Add it, or give them up with --forget."
            )

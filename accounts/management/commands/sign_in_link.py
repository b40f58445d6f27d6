"""`sign_in_link NAME`: prints the path of a new one-time sign-in link, and nothing else, to standard output."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from accounts.actors import shell_actor
from accounts.models import User
from accounts.services.one_time import LINK_MINUTES, make_sign_in_link
from foundation.database_command import DatabaseCommand

WEEK = 7 * 24 * 60


class Command(DatabaseCommand):
    help = "Print the path of a one-time sign-in link for a user."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--minutes", type=int, default=LINK_MINUTES, help="how long it is valid")

    def handle(self, *_args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["name"], is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active user {options['name']}.")
        if not 1 <= options["minutes"] <= WEEK:
            raise CommandError(f"--minutes must be from 1 to {WEEK}, a week.")
        token = make_sign_in_link(user=user, minutes=options["minutes"], by=shell_actor())
        self.stdout.write(f"/sign-in/{token}/")

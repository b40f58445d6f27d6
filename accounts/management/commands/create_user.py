"""`create_user NAME --role ROLE [--password-stdin] [--token]`: creates a user, or an API token for an existing user."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from accounts.actors import shell_actor
from accounts.models import User
from accounts.roles import Actor, Role
from accounts.services.tokens import issue_token
from accounts.services.users import change_user, create_user
from foundation.database_command import DatabaseCommand
from foundation.errors import AppError


class Command(DatabaseCommand):
    help = (
        "Create a user; with --token also an API token, printed alone on standard output, once. "
        "An existing user gets another token, and the role if one is given."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument(
            "--role",
            choices=[role.value for role in Role],
            help="needed for a new user; without it an existing one keeps theirs",
        )
        parser.add_argument("--password-stdin", action="store_true", help="read it from standard input")
        parser.add_argument("--token", action="store_true", help="issue a token, also to an existing user")

    def handle(self, *_args: Any, **options: Any) -> None:
        by, name = shell_actor(), options["name"]
        role = Role(options["role"]) if options["role"] else None
        password = sys.stdin.readline().rstrip("\r\n") if options["password_stdin"] else None
        user = User.objects.filter(username=name).first() if options["token"] else None
        try:
            user = self._update(user, role, password, by) if user else self._create(name, role, password, by)
        except AppError as exc:
            raise CommandError(" ".join(problem.detail for problem in exc.problems)) from None
        if options["token"]:
            _, plain = issue_token(user=user, name="create_user", by=by)
            self.stdout.write(plain)

    def _create(self, name: str, role: Role | None, password: str | None, by: Actor) -> User:
        if role is None:
            raise CommandError(f"A new user needs a role: create_user {name} --role {'|'.join(Role)}.")
        user = create_user(name=name, role=role, password=password, by=by)
        self.stderr.write(f"Created {user.username}, {role}.", self.style.SUCCESS)
        return user

    def _update(self, user: User, role: Role | None, password: str | None, by: Actor) -> User:
        """Changes an existing user's role, if one is given, and returns the user.

        Raises CommandError if a password is given, which this command does not change, or if the user is not active.
        """
        if password is not None:
            raise CommandError(f"There is a user {user.username} already: change the password in the admin.")
        if not user.is_active:
            raise CommandError(f"The user {user.username} is not active, so no token would work.")
        if role is None or role == user.role:
            return user
        self.stderr.write(f"{user.username}, {user.role} until now, is {role}.", self.style.SUCCESS)
        return change_user(user=user, role=role, by=by)

"""`create_user NAME --role ROLE [--service] [--group NAME] [--token]`: creates a user, or a token for one."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from accounts.actors import shell_actor
from accounts.models import User
from accounts.roles import Actor, Role
from accounts.services.memberships import groups_of
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
        parser.add_argument("--service", action="store_true", help="uses tokens only: it cannot sign in")
        parser.add_argument(
            "--group",
            action="append",
            default=[],
            metavar="NAME",
            help="a group to be in; repeat it for more",
        )
        parser.add_argument("--password-stdin", action="store_true", help="read it from standard input")
        parser.add_argument("--token", action="store_true", help="issue a token, also to an existing user")

    def handle(self, *_args: Any, **options: Any) -> None:
        by, name = shell_actor(), options["name"]
        role = Role(options["role"]) if options["role"] else None
        password = sys.stdin.readline().rstrip("\r\n") if options["password_stdin"] else None
        user = User.objects.filter(username=name).first() if options["token"] else None
        try:
            if user is None:
                groups, service = options["group"], options["service"]
                user = self._create(name, role, password, by, groups=groups, service=service)
            else:
                user = self._update(user, role, password, by)
                user = self._add(user, options["group"], service=options["service"], by=by)
        except AppError as exc:
            raise CommandError(" ".join(problem.detail for problem in exc.problems)) from None
        if options["token"]:
            _, plain = issue_token(user=user, name="create_user", by=by)
            self.stdout.write(plain)

    def _create(
        self,
        name: str,
        role: Role | None,
        password: str | None,
        by: Actor,
        *,
        groups: list[str],
        service: bool,
    ) -> User:
        if role is None:
            raise CommandError(f"A new user needs a role: create_user {name} --role {'|'.join(Role)}.")
        user = create_user(name=name, role=role, password=password, groups=groups, service=service, by=by)
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

    def _add(self, user: User, groups: list[str], *, service: bool, by: Actor) -> User:
        """Adds an existing user to groups, and makes it a service account if `service` is true; returns the user."""
        if not groups and not service:
            return user
        wanted = sorted({*groups_of(user), *groups})
        return change_user(user=user, groups=wanted, service=service or None, by=by)

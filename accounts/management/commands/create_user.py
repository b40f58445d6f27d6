"""`create_user NAME --role ROLE [--password-stdin] [--token]`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.roles import Actor, Role
from accounts.services.tokens import issue_token
from accounts.services.users import create_user
from accounts.shell_actor import shell_actor
from scheduler_project.errors import AppError


class Command(BaseCommand):
    help = "Create a user; with --token also an API token, printed alone on standard output, once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--role", required=True, choices=[role.value for role in Role])
        parser.add_argument("--password-stdin", action="store_true", help="read it from standard input")
        parser.add_argument("--token", action="store_true", help="issue a token, also to an existing user")

    def handle(self, *_args: Any, **options: Any) -> None:
        by, name, role = shell_actor(), options["name"], Role(options["role"])
        password = sys.stdin.readline().rstrip("\r\n") if options["password_stdin"] else None
        user = User.objects.filter(username=name).first() if options["token"] else None
        try:
            user = _usable(user, role, password) if user else self._created(name, role, password, by)
        except AppError as exc:
            raise CommandError(" ".join(problem.detail for problem in exc.problems)) from None
        if options["token"]:
            _, plain = issue_token(user=user, name="create_user", by=by)
            self.stdout.write(plain)

    def _created(self, name: str, role: Role, password: str | None, by: Actor) -> User:
        user = create_user(name=name, role=role, password=password, by=by)
        self.stderr.write(f"Created {user.username}, {role}.", self.style.SUCCESS)
        return user


def _usable(user: User, role: Role, password: str | None) -> User:
    """A second token is harmless; a changed role or password would be a surprise."""
    if user.role != role:
        raise CommandError(f"There is a user {user.username} already, with the role {user.role}.")
    if password is not None:
        raise CommandError(f"There is a user {user.username} already: change the password in the admin.")
    if not user.is_active:
        raise CommandError(f"The user {user.username} is not active, so no token would work.")
    return user

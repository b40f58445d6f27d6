"""Defines the base class of management commands that use the database."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser, OutputWrapper
from django.db import Error as DatabaseError

from foundation.database_errors import first_line, is_temporary
from foundation.database_limits import COMMANDS, limit_new_connections
from foundation.errors import AppError, Problem, Unavailable
from foundation.schema import find_problem
from foundation.strict_json import dump_json


class DatabaseCommand(BaseCommand):
    """Is the base class of management commands that use the database.

    Before a command does anything, it exits with one sentence if the database is unavailable or its schema does not fit
    the code. Statements and waits for locks have timeouts. With `--json`, errors are also printed to standard output as
    one JSON document.
    """

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        if "--json" in sys.argv and parser.called_from_command_line:
            exit_with = parser.error

            def error(message: str) -> None:
                self._print_refusal("wrong_use", message)
                exit_with(message)

            parser.error = error  # type: ignore[method-assign]  # Django leaves no choice of the parser's class
        return parser

    def execute(self, *args: Any, **options: Any) -> str | None:
        limit_new_connections(COMMANDS)
        try:
            return self._execute(*args, **options)
        except CommandError as exc:
            if options.get("json"):
                self.stdout = OutputWrapper(options.get("stdout") or sys.stdout)
                self._print_refusal("refused", str(exc), exc.__cause__)
            raise

    def _execute(self, *args: Any, **options: Any) -> str | None:
        try:
            if problem := find_problem():
                raise CommandError(problem) from Unavailable(Problem("schema", problem))
            return super().execute(*args, **options)
        except DatabaseError as exc:
            if not is_temporary(exc):
                raise
            sentence = f"The database cannot be used: {first_line(exc)}"
            raise CommandError(sentence) from Unavailable(Problem("database_unavailable", sentence))

    def _print_refusal(self, code: str, sentence: str, cause: BaseException | None = None) -> None:
        """Prints why the command failed as one JSON document: the AppError in `cause`, or `code` and `sentence`."""
        error = cause if isinstance(cause, AppError) else AppError(Problem(code, sentence))
        self.stdout.write(dump_json(error.as_json()).decode())

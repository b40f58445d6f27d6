"""`manage.py new_handler NAME`: writes a first, working version of the job handler NAME."""

from __future__ import annotations

import argparse
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from foundation.errors import AppError
from handlers._scaffold import write_scaffold

NEXT = """
It works already. Try it, then make it yours:

  make test ARGS=tests/unit/test_{name}.py
  .venv/bin/python manage.py import_templates handlers/{name}.json
  .venv/bin/celery -A scheduler_project jobs create {name} --follow
"""


class Command(BaseCommand):
    help = "Writes a first, working version of a handler: its module, its template and its test."
    # It needs no database, and what it writes may fix what the checks report.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("name", help="the job type: handlers/NAME.py with a function NAME")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            files = write_scaffold(options["name"], root=settings.BASE_DIR)
        except AppError as exc:
            raise CommandError(" ".join(problem.detail for problem in exc.problems)) from None
        except OSError as exc:
            raise CommandError(f"{exc.filename} cannot be written: {exc.strerror}.") from None
        for file in files:
            self.stdout.write(f"wrote {file.relative_to(settings.BASE_DIR)}")
        self.stdout.write(NEXT.format(name=options["name"]), ending="")

"""`manage.py import_templates FILE [--dry-run] [--prune] [--json]`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.shell_actor import shell_actor
from jobs.services.catalogue import import_templates
from scheduler_project.errors import AppError
from scheduler_project.strict_json import parse_json
from templates_app.documents import parse_file


class Command(BaseCommand):
    help = "Stores the job templates of a file: all, or none if one of them is bad."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="only tell what would change")
        parser.add_argument("--prune", action="store_true", help="archive templates that the file leaves out")
        parser.add_argument("--json", action="store_true", help="print the report, or the problems, as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            specs = parse_file(parse_json(options["file"].read_bytes()))
            report = import_templates(
                specs=specs, actor=shell_actor(), dry_run=options["dry_run"], prune=options["prune"]
            )
        except OSError as exc:
            raise CommandError(f"{options['file']} cannot be read: {exc.strerror}.") from None
        except AppError as exc:
            if options["json"]:
                self.stdout.write(
                    json.dumps({"type": exc.type, "errors": [one.as_json() for one in exc.problems]})
                )
                raise SystemExit(1) from None
            lines = [
                f"  {one.attr or 'file'}: {one.detail} {one.remedy or ''}".rstrip() for one in exc.problems
            ]
            raise CommandError("Nothing was stored:\n" + "\n".join(lines)) from None
        answer = report.as_json()
        if options["json"]:
            self.stdout.write(json.dumps(answer))
            return
        for verb in ("created", "updated", "unchanged", "archived"):
            if answer[verb]:
                self.stdout.write(f"{verb}: {', '.join(answer[verb])}")
        for warning in answer["warnings"]:
            self.stdout.write(f"warning {warning['code']} at {warning['attr']}: {warning['detail']}")

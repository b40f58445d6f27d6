"""`manage.py import_templates FILE [FILE ...] [--dry-run] [--prune] [--force] [--json]`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO, cast

from django.core.management.base import CommandError
from rich.console import Console

from accounts.shell_actor import shell_actor
from catalogue.management.import_report import show_report
from catalogue.refusals import told_whole
from catalogue.services import import_templates
from foundation.database_command import DatabaseCommand
from foundation.errors import AppError, Invalid, Problem
from foundation.strict_json import parse_json
from templates_app.documents import TemplateSpec, parse_file


class Command(DatabaseCommand):
    help = "Stores the job templates of a file, or of several: all, or none if one of them is bad."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="+")
        parser.add_argument("--dry-run", action="store_true", help="only tell what would change, key by key")
        parser.add_argument("--prune", action="store_true", help="archive templates that the files leave out")
        parser.add_argument(
            "--force",
            action="store_true",
            help="leave series that would not pass any more on the version from before; "
            "with --prune, archive all templates if the files have none of them",
        )
        parser.add_argument("--json", action="store_true", help="print the report, or the problems, as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = import_templates(
                specs=_read(options["file"]),
                actor=shell_actor(),
                dry_run=options["dry_run"],
                prune=options["prune"],
                force=options["force"],
            )
        except AppError as exc:
            if exc.status == 400:
                exc.problems = told_whole(exc.problems)
            told = [
                f"  {one.attr or 'file'}: {one.detail} {one.remedy or ''}".rstrip() for one in exc.problems
            ]
            raise CommandError("\n".join(["Nothing was stored:", *told])) from exc
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json()))
            return
        show_report(report, self._console(options))

    def _console(self, options: dict[str, Any]) -> Console:
        # Django's own wrapper, which a caller may have put in place of standard output.
        out = cast(TextIO, self.stdout)
        forced = options["force_color"] or None
        return Console(
            file=out,
            no_color=options["no_color"] or None,
            force_terminal=forced,
            soft_wrap=True,
            highlight=False,
        )


def _read(files: Sequence[Path]) -> list[TemplateSpec]:
    """The templates of all files. Raises Invalid for a type that stands in two of them."""
    found: dict[str, Path] = {}
    specs: list[TemplateSpec] = []
    for file in files:
        try:
            raw = file.read_bytes()
        except OSError as exc:
            raise CommandError(f"{file} cannot be read: {exc.strerror}.") from None
        for spec in parse_file(parse_json(raw)):
            if spec.type in found:
                detail = f"It stands in {found[spec.type]} and in {file}."
                raise Invalid(Problem("duplicate", detail, spec.type, remedy="Remove one of them."))
            found[spec.type] = file
            specs.append(spec)
    return specs

"""Imports job templates: `manage.py import_templates FILE [FILE ...] [--dry-run] [--prune] [--force] [--json]`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO, cast

from django.core.management.base import CommandError
from rich.console import Console
from rich.text import Text

from accounts.actors import shell_actor
from catalogue.importing import ImportReport, import_templates, with_remedies
from foundation.database_command import DatabaseCommand
from foundation.errors import AppError, Invalid, Problem
from foundation.strict_json import dump_json, parse_json
from templates_app.documents import TemplateSpec, parse_file

COLOURS = {"created": "green", "updated": "yellow", "unchanged": "", "archived": "red"}


class Command(DatabaseCommand):
    """Imports job templates from one or several files; if one is refused, stores none and lists every problem."""

    help = "Stores the job templates of a file, or of several: all, or none if one of them is bad."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="+")
        parser.add_argument("--dry-run", action="store_true", help="only report the changes, key by key")
        parser.add_argument("--prune", action="store_true", help="archive templates that the files leave out")
        parser.add_argument(
            "--force",
            action="store_true",
            help="leave series whose payloads would be rejected on the previous version; "
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
                exc.problems = with_remedies(exc.problems)
            lines = [
                f"  {one.attr or 'file'}: {one.detail} {one.remedy or ''}".rstrip() for one in exc.problems
            ]
            raise CommandError("\n".join(["Nothing was stored:", *lines])) from exc
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json()))
            return
        _print_report(report, self._console(options))

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
    """Returns the templates of all files. Raises Invalid for a type in two files, CommandError if one is unreadable."""
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


def _print_report(report: ImportReport, console: Console) -> None:
    """Prints the job types by what the import did with their templates; of a dry run also each change."""
    answer = report.as_json()
    dry_run = report.changes is not None
    if dry_run:
        console.print("Dry run: nothing was stored. An import would do this:", style="bold")
    for verb, colour in COLOURS.items():
        if answer[verb]:
            console.print(Text(f"{verb}: ", colour).append(", ".join(answer[verb]), ""))
        if verb == "updated":
            for job_type, changes in (report.changes or {}).items():
                console.print(Text(f"  {job_type}", "bold"))
                for change in changes:
                    console.print(_format_change(change))
    for warning in answer["warnings"]:
        line = f"at {warning['attr']}: {warning['detail']}"
        console.print(Text(f"warning {warning['code']} ", "yellow").append(line, ""))


def _format_change(change: dict[str, Any]) -> Text:
    """Returns a colored line for a changed key, which begins with `+` (new), `-` (removed) or `~` (other value)."""
    before, after = _value(change, "before"), _value(change, "after")
    if before is None:
        return Text(f"    + {change['path']}: {after}", "green")
    if after is None:
        return Text(f"    - {change['path']}: {before}", "red")
    return (
        Text(f"    ~ {change['path']}: ", "yellow")
        .append(before, "red")
        .append(" -> ", "")
        .append(after or "", "green")
    )


def _value(change: dict[str, Any], side: str) -> str | None:
    return dump_json(change[side]).decode() if side in change else None

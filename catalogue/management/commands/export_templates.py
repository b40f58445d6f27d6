"""Defines the command that exports job templates: `manage.py export_templates [FILE]`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from accounts.actors import shell_actor
from catalogue.export import as_file, export_documents
from foundation.database_command import DatabaseCommand


class Command(DatabaseCommand):
    """Writes all job templates that are not archived as JSON, to a file or to standard output."""

    help = "Writes the templates' documents, ready to be imported again; without FILE to standard output."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument(
            "--json", action="store_true", help="print problems as JSON; with FILE also the exported types"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        documents, file = export_documents(shell_actor()), options["file"]
        if file is None:
            self.stdout.write(as_file(documents), ending="")
            return
        try:
            file.write_text(as_file(documents), encoding="utf-8")
        except OSError as exc:
            raise CommandError(f"{file} cannot be written: {exc.strerror}.") from None
        if options["json"]:
            self.stdout.write(json.dumps({"exported": [*documents]}))

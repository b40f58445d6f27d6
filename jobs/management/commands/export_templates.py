"""`manage.py export_templates [FILE]`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from templates_app.transfer import as_file, export_documents


class Command(BaseCommand):
    help = "Writes the templates' documents, ready to be imported again; without FILE to standard output."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?")

    def handle(self, *args: Any, **options: Any) -> None:
        text = as_file(export_documents())
        if options["file"]:
            options["file"].write_text(text, encoding="utf-8")
        else:
            self.stdout.write(text, ending="")

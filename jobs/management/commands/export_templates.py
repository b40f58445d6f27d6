"""`manage.py export_templates [FILE]`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from templates_app.transfer import export_documents


class Command(BaseCommand):
    help = "Writes the templates' documents, ready to be imported again; without FILE to standard output."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?")

    def handle(self, *args: Any, **options: Any) -> None:
        text = json.dumps(export_documents(), indent=4, ensure_ascii=False) + "\n"
        if options["file"]:
            options["file"].write_text(text)
        else:
            self.stdout.write(text, ending="")

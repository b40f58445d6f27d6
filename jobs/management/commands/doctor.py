"""`manage.py doctor [--json]`: checks servers, settings, schema, clocks, processes, queues and handlers."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from django.core.management.base import BaseCommand

from foundation.database_limits import COMMANDS, limit_new_connections
from foundation.strict_json import dump_json
from scheduler_project.doctor.checks import exit_status, run_checks
from scheduler_project.doctor.findings import Finding, Status


class Command(BaseCommand):
    help = (
        "Checks everything that the platform depends on, and says what to do. "
        "Exit status: 0 all is well, 1 warnings, 2 problems."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--json", action="store_true", help="one JSON list of {check, status, detail, remedy}"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        limit_new_connections(COMMANDS)
        findings = run_checks()
        if options["json"]:
            self.stdout.write(dump_json([finding._asdict() for finding in findings]).decode())
        else:
            for finding in findings:
                self.stdout.write(self._describe(finding))
        sys.exit(exit_status(findings))

    def _describe(self, finding: Finding) -> str:
        style = {
            Status.OK: self.style.SUCCESS,
            Status.WARNING: self.style.WARNING,
            Status.PROBLEM: self.style.ERROR,
        }[finding.status]
        line = f"{style(f'{finding.status:8}')} {finding.check:12} {finding.detail}"
        return f"{line}\n{'':21} {finding.remedy}" if finding.remedy else line

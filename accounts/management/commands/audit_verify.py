"""`audit_verify [--json]`: checks that nobody changed, removed or added entries of the audit trail."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from accounts.services.audit_check import Check
from accounts.services.audit_faults import Fault
from foundation.database_command import DatabaseCommand
from foundation.strict_json import dump_json

MAX_SHOWN = 1000


class Command(DatabaseCommand):
    help = "Check the audit trail's signatures and chain. Exit status 0: nothing is wrong; 1: faults, each named."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON document on standard output")

    def handle(self, *_args: Any, **options: Any) -> None:
        check = Check()
        shown: list[Fault] = []
        for fault in check.run():
            if len(shown) < MAX_SHOWN:
                shown.append(fault)
                if not options["json"]:
                    self.stdout.write(f"{fault.kind}: {fault.detail}")
        if options["json"]:
            self.stdout.write(dump_json(_as_json(check, shown)).decode())
        else:
            self.stdout.write(_sentence(check))
        if check.summary.faults:
            sys.exit(1)


def _as_json(check: Check, shown: list[Fault]) -> dict[str, Any]:
    found = check.summary
    return {
        "ok": not found.faults,
        "entries": found.linked,
        "pending": found.pending,
        "former": found.former,
        "vouched": found.vouched,
        "head": found.head and {"seq": found.head.seq, "hash": found.head.hash.hex()},
        "faults": [fault._asdict() for fault in shown],
        "fault_count": found.faults,
    }


def _sentence(check: Check) -> str:
    found = check.summary
    head = f"The newest link is {found.head.seq}, hash {found.head.hash.hex()}." if found.head else ""
    told = f"{found.faults} fault{'' if found.faults == 1 else 's'}" if found.faults else "Nothing is wrong"
    return f"{told} among {found.linked} linked entries; {found.pending} wait to be linked. {head}".rstrip()

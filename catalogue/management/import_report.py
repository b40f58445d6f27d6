"""What `import_templates` tells people: what became of each template, and in a dry run what would change in it."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.text import Text

from catalogue.transfer import ImportReport
from foundation.strict_json import dump_json

VERBS = {"created": "green", "updated": "yellow", "unchanged": "", "archived": "red"}


def show_report(report: ImportReport, console: Console) -> None:
    answer = report.as_json()
    dry_run = report.changes is not None
    if dry_run:
        console.print("Dry run: nothing was stored. This is what would be:", style="bold")
    for verb, style in VERBS.items():
        if answer[verb]:
            console.print(Text(f"{verb}: ", style).append(", ".join(answer[verb]), ""))
        if verb == "updated":
            for job_type, changes in (report.changes or {}).items():
                console.print(Text(f"  {job_type}", "bold"))
                for change in changes:
                    console.print(change_line(change))
    for warning in answer["warnings"]:
        console.print(
            Text(f"warning {warning['code']} ", "yellow").append(
                f"at {warning['attr']}: {warning['detail']}", ""
            )
        )


def change_line(change: dict[str, Any]) -> Text:
    """`+` for what is new, `-` for what goes, `~` for what is another."""
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

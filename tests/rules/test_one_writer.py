"""Only jobs.transitions writes what a job's state says."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.support.tracked import ROOT, tracked_files

WRITERS = ROOT / "jobs" / "transitions"
PRODUCT = [
    path
    for path in tracked_files("*.py")
    if path.relative_to(ROOT).parts[0] not in {"tests", "bench"} and "migrations" not in path.parts
]
SQL_WRITE = re.compile(
    r"(UPDATE\s+jobs_job\b.*?\bstate\s*=\s*'|INSERT\s+INTO\s+jobs_job\b)", re.DOTALL | re.IGNORECASE
)
ORM_WRITES = {"create", "bulk_create", "update", "bulk_update", "update_or_create", "get_or_create"}


def sql_writes(path: Path) -> list[str]:
    """Strings that change a state or insert a job. WHERE state = '...' after SET is no write of one."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for match in SQL_WRITE.finditer(node.value):
                if "WHERE" not in match[0].upper():
                    found.append(f"{path}:{node.lineno}")
    return found


def orm_writes(path: Path) -> list[str]:
    """`Job.objects....update(...)` and its like."""
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    return [
        f"{path}:{call.lineno}"
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in ORM_WRITES
        and ast.unparse(call.func).startswith("Job.objects")
    ]


def test_nothing_else_writes_a_state() -> None:
    others = [path for path in PRODUCT if WRITERS not in path.parents]
    assert [place for path in others for place in sql_writes(path) + orm_writes(path)] == []


def test_the_search_finds_the_writers() -> None:
    assert any(sql_writes(path) for path in PRODUCT if WRITERS in path.parents)


def test_nothing_else_uses_the_statement_that_changes_jobs() -> None:
    others = [path for path in PRODUCT if WRITERS not in path.parents]
    assert [str(path) for path in others if "transitions.statement" in path.read_text()] == []

"""docs/operators.md lists every variable that the code reads, with its default, and every setting of Celery."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.support import pages

READERS = {
    "text",
    "whole_number",
    "flag",
    "names",
    "hosts",
    "origins",
    "networks",
    "keys",
    "url",
    "choice",
    "address",
}
# The system's own, which any program may look at.
NOT_OURS = {"PATH", "PYTHONPATH", "NO_COLOR"}
PAGE = "docs/operators.md"


def _calls() -> Iterator[ast.Call]:
    for file in pages.list_sources():
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                yield node


def _reads() -> Iterator[tuple[str, ast.expr | None]]:
    """(variable, its default) of `env.flag("DEBUG", False)` and of `os.environ.get("STATE_DIR")`."""
    for call in _calls():
        called, name = ast.unparse(call.func), ast.literal_eval(call.args[0])
        if called in {f"env.{reader}" for reader in READERS} | {"os.environ.get"} and name not in NOT_OURS:
            yield name, call.args[1] if len(call.args) > 1 else None


def _table() -> dict[str, str]:
    return {row[0].strip("`"): row[1] for row in pages.parse_rows(pages.read_section(PAGE, "Settings"))}


def _as_written(default: object) -> str:
    if isinstance(default, bool):
        return "`1`" if default else "`0`"
    return f"`{default}`" if default != "" else "none"


def test_every_variable_the_code_reads_is_in_the_table_and_no_other() -> None:
    assert {name for name, _ in _reads()} == set(_table())


def test_the_defaults_in_the_table_are_those_of_the_code() -> None:
    written = [(name, ast.literal_eval(node)) for name, node in _reads() if isinstance(node, ast.Constant)]
    assert len(written) > 10
    assert {name: _table()[name] for name, _ in written} == {
        name: _as_written(default) for name, default in written
    }


def test_every_setting_of_celery_has_its_reason() -> None:
    tree = ast.parse((pages.ROOT / "scheduler_project/celery.py").read_text())
    updates = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    given = {
        word.arg
        for node in updates
        if ast.unparse(node.func) == "app.conf.update"
        for word in node.keywords
        if word.arg
    }
    table = pages.parse_rows(pages.read_section(PAGE, "Celery's settings"))
    assert given == {name for row in table for name in pages.parse_names(row[0])}

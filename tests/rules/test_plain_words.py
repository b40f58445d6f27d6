"""The field's words: what was once said in words of our own does not come back."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from functools import cache
from pathlib import Path

import pytest

from tests.support.tracked import ROOT, list_tracked_files

SOURCES = [
    path for path in list_tracked_files("*.py") if not {"migrations", "tests", "bench"} & set(path.parts)
]
UI = list_tracked_files("frontend/src/*.ts", "frontend/src/*.tsx")
# Decision records stay in the words of their day, which the glossary explains.
PAGES = [
    path
    for path in list_tracked_files("*.md")
    if "decisions" not in path.parts and path.name != "glossary.md"
]
# Each with what an engineer would say.
RELAPSES = {
    r"\bnudg(e|es|ed|ing)\b": "wake-up, to wake",
    r"\banew\b": "again",
    r"\blikewise\b": "say what",
    r"\b(is|are|was|were) told\b": "to report, to log, to return",
    r"\bwho ?ever asks\b": "the caller",
    r"\bRedBeat'?s? tick": "RedBeat message",
    r"\bRedBeat'?s? alarms?\b|\balarms? (for|of) (a |the |each )?(series|job)\b": "RedBeat entry",
    r"\bin a ring\b": "deadlock",
    r"\bpulse\b": "dispatcher heartbeat",
    r"\bmisfits?\b": "incompatible payload",
    r"\brecalled?\b": "cached",
}
PREFIXES = re.compile(r"^_?(MOST|LONGEST|LARGEST|SHORTEST|SMALLEST|LEAST)_|_AT_MOST$")
PARTICIPLES = re.compile(
    r"^_?([a-z]+ed|told|shown|made|kept|given|found|taken|seen|known|sent|begun|written|meant|left|held)$"
)


@cache
def prose_of(path: Path) -> str:
    """Returns the docstrings and comments of a Python file, the comments of a UI file, all of a page."""
    text = path.read_text()
    if path.suffix != ".py":
        return "\n".join(re.findall(r"/\*.*?\*/|//[^\n]*", text, re.DOTALL)) if path.suffix != ".md" else text
    words = [
        token.string
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.COMMENT
    ]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            words.append(ast.get_docstring(node) or "")
    return "\n".join(words)


@pytest.mark.parametrize(
    "pattern", RELAPSES, ids=lambda pattern: re.sub(r"\W+", "", pattern.replace("\\b", ""))
)
def test_prose_uses_the_word_of_the_field(pattern: str) -> None:
    found = [
        f"{path.relative_to(ROOT) if path.is_absolute() else path}: {match[0]!r}; say {RELAPSES[pattern]}"
        for path in [*SOURCES, *UI, *PAGES]
        for match in re.finditer(pattern, prose_of(path), re.IGNORECASE)
    ]
    assert found == []


def test_constants_that_bound_something_begin_with_max_or_min() -> None:
    found = [
        f"{path}: {node.id}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Name) and PREFIXES.search(node.id)
    ]
    assert found == []


def is_property(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(ast.unparse(decorator).endswith("property") for decorator in node.decorator_list)


def test_a_function_is_not_named_by_a_participle_alone() -> None:
    found = [
        f"{path}: {node.name}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and PARTICIPLES.match(node.name)
        and not is_property(node)
    ]
    assert found == [], "nobody can tell whether it acts, asks or returns"

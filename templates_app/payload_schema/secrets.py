"""Where a schema has secrets, and the text that stands for a stored one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from scheduler_project.errors import Problem

MARKER = "$encrypted$"
Path = tuple[str, ...]


def secret_paths(schema: Mapping[str, Any]) -> tuple[Path, ...]:
    """The secret fields, at the top and inside objects."""
    found: list[Path] = []
    for name, field in schema.get("properties", {}).items():
        if field.get("x-type") == "secret":
            found.append((name,))
        found += [(name, *path) for path in secret_paths(field)]
    return tuple(found)


def is_marked(payload: Any, path: Path) -> bool:
    """Whether the marker stands there instead of a value."""
    for name in path:
        if not isinstance(payload, Mapping):
            return False
        payload = payload.get(name)
    return bool(payload == MARKER)


def not_kept(problems: Sequence[Problem], payload: Any, paths: Collection[Path], at: str) -> list[Problem]:
    """The problems without those of secrets whose stored value stays: that one was judged when it came."""
    kept = {".".join((at, *path)) for path in paths if is_marked(payload, path)}
    return [problem for problem in problems if problem.attr not in kept]


def label_at(schema: Mapping[str, Any], path: Path) -> str:
    for name in path:
        schema = schema["properties"][name]
    return str(schema["title"])

"""Where a schema has secrets, and the text that stands for a stored one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from foundation.errors import Problem

MARKER = "$encrypted$"
Path = tuple[str, ...]


def secret_paths(schema: Mapping[str, Any]) -> tuple[Path, ...]:
    """The secret fields, at the top and inside objects."""
    found: list[Path] = []
    for name, field in schema.get("properties", {}).items():
        found += [(name, *path) for path in secrets_of(field)]
    return tuple(found)


def secrets_of(field: Mapping[str, Any]) -> tuple[Path, ...]:
    """The same of one field, which may be the secret itself."""
    return ((),) if field.get("x-type") == "secret" else secret_paths(field)


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


def masked(value: Any, paths: Collection[Path]) -> Any:
    """The value with the marker in the place of each secret; the rest is not copied."""
    if () in paths:
        return None if value is None else MARKER
    if not isinstance(value, Mapping) or not paths:
        return value
    below = {path[0]: [one[1:] for one in paths if one[0] == path[0]] for path in paths}
    return {name: masked(item, below.get(name, ())) for name, item in value.items()}

"""Secret values apart from their payload: the text `$encrypted$` stands where they belong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from templates_app.payload_schema.secrets import MARKER, Path


def split(payload: dict[str, Any], paths: Sequence[Path]) -> tuple[dict[str, Any], dict[str, str]]:
    """(the payload with the marker in place of every secret text, those texts by dotted path)."""
    values: dict[str, str] = {}
    for path in paths:
        value = _at(payload, path)
        if isinstance(value, str) and value != MARKER:
            values[".".join(path)] = value
            payload = _with(payload, path, MARKER)
    return payload, values


def put_back(payload: dict[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    """The payload with those of `values` for which the marker stands in it."""
    for place, value in values.items():
        path = tuple(place.split("."))
        if _at(payload, path) == MARKER:
            payload = _with(payload, path, value)
    return payload


def holds_marker(value: Any) -> bool:
    """Whether it stands anywhere: asked of each payload, so without the places."""
    if isinstance(value, dict):
        return any(map(holds_marker, value.values()))
    if isinstance(value, list):
        return any(map(holds_marker, value))
    return bool(value == MARKER)


def marked(value: Any, at: Path = ()) -> Iterator[Path]:
    """Every place where the marker stands, in a secret field or not."""
    if value == MARKER:
        yield at
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from marked(item, (*at, str(key)))


def _at(payload: Any, path: Path) -> Any:
    for name in path:
        payload = payload.get(name) if isinstance(payload, dict) else None
    return payload


def _with(payload: dict[str, Any], path: Path, value: str) -> dict[str, Any]:
    """A copy as far as it changes: payloads of others share the rest."""
    name, *below = path
    return {**payload, name: _with(payload[name], tuple(below), value) if below else value}

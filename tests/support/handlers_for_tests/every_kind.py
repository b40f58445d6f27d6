"""Takes a field of every kind, and answers what it got."""

from typing import Any


def every_kind(data: dict[str, Any]) -> dict[str, Any]:
    return {"got": sorted(data)}

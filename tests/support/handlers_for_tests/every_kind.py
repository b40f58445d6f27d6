"""Takes a field of every kind and returns the names of the fields it got."""

from typing import Any


def every_kind(data: dict[str, Any]) -> dict[str, Any]:
    return {"got": sorted(data)}

"""Returns what no page could show."""

from typing import Any


def returns_no_json(data: dict[str, Any]) -> Any:
    return {"an": object()}

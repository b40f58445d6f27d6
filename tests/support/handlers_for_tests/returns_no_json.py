"""Returns a value that cannot be written as JSON."""

from typing import Any


def returns_no_json(data: dict[str, Any]) -> Any:
    return {"an": object()}

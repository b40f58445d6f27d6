"""Returns a text of `bytes` characters."""

from typing import Any


def returns_much(data: dict[str, Any]) -> Any:
    return "x" * data["bytes"]

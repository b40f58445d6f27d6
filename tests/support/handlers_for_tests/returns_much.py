"""Returns as many bytes as asked for."""

from typing import Any


def returns_much(data: dict[str, Any]) -> Any:
    return "x" * data["bytes"]

"""A handler whose result shows that it got the secret, without telling it."""

import hashlib
from typing import Any


def secret_reader(data: dict[str, Any]) -> dict[str, Any]:
    return {"sha256": hashlib.sha256(data["password"].encode()).hexdigest()}

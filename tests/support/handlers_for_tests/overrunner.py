"""Takes longer than its template's timeoutSeconds."""

import time
from typing import Any


def overrunner(data: dict[str, Any]) -> None:
    time.sleep(60)

"""Tells its secrets, its environment and the platform's keys in every way that a handler has."""

import base64
import logging
import os
import subprocess
import sys
from typing import Any
from urllib.parse import quote

from handlers.context import Job


def secret_teller(data: dict[str, Any], job: Job) -> dict[str, Any]:
    secrets = [value for name, value in data.items() if name.endswith("_secret")]
    told = [*secrets, *_find_keys()]
    for one in told:
        _tell(one, job)
    if job.attempt == 1:
        raise ValueError(f"a careless message with {' and '.join(told)}")
    return {
        "told": told,
        "in keys": dict.fromkeys(told, 1),
        "environment": dict(os.environ),
        "grandchild": subprocess.run(["env"], capture_output=True, text=True, check=True).stdout,
        "handler_pid": os.getpid(),
        "slot_pid": os.getppid(),
    }


def _tell(secret: str, job: Job) -> None:
    print(secret)
    print(secret, file=sys.stderr)
    logging.getLogger("secret_teller").warning("logged %s", secret)
    job.log("said %s", secret)
    job.progress(50, f"half of {secret}")
    print(
        f"repr {secret!r}, quoted {quote(secret, safe='')}, basic {base64.b64encode(f'me:{secret}'.encode()).decode()}"
    )
    half = len(secret) // 2
    print(secret[:half], end="")
    print(secret[half:])
    os.write(1, secret[:half].encode())
    os.write(1, secret[half:].encode() + b"\n")
    subprocess.run([sys.executable, "-c", "import sys; print(sys.argv[1])", secret], check=True)


def _find_keys() -> list[str]:
    from django.conf import settings  # as a handler may, which is trusted code

    return [settings.SECRET_KEY, *settings.SECRETS_KEYS, settings.DATABASE_URL, settings.REDIS_URL]

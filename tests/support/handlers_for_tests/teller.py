"""Tells its secret and the platform's own keys in every way it knows, and fails with them."""

import logging
import os
import subprocess
import sys
from typing import Any

from django.conf import settings

from handlers.context import Job


def teller(data: dict[str, Any], job: Job) -> None:
    for told in (data["api_key"], settings.SECRET_KEY, settings.DATABASE_URL, *settings.SECRETS_KEYS):
        print("printed", told, flush=True)
        print("printed to the real one", told, file=sys.__stderr__, flush=True)
        logging.getLogger("django").error("logged %s", told)
        os.write(2, f"written {told}\n".encode())
        subprocess.run(["echo", "a program", told], check=True)
        job.progress(50, told)
    subprocess.run(["env"], check=True)
    subprocess.run(["sh", "-c", f"tr '\\0' '\\n' < /proc/{os.getppid()}/environ"], check=True)
    raise ValueError(data["api_key"], settings.SECRET_KEY)

"""Starts programs without the platform's help (`subprocess`, `os.system`) and lets them print."""

import os
import subprocess
from typing import Any


def program_starter(data: dict[str, Any]) -> str:
    subprocess.run(["sh", "-c", "echo from a program; echo its error >&2"], check=True)
    os.system("echo from os.system")
    os.write(1, b"from os.write\n")
    subprocess.Popen(["sh", "-c", f"sleep {data['seconds']}"], start_new_session=True)
    if data["stays"]:
        subprocess.run(["sleep", str(data["seconds"])], check=True)
    return "left"

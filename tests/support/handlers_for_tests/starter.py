"""Starts a program that runs for an hour and writes its pid into a file."""

from typing import Any

from handlers.context import Job


def starter(data: dict[str, Any], job: Job) -> None:
    job.run(["sh", "-c", 'echo $$ > "$1"; exec sleep 3600', "sh", data["pid_file"]])

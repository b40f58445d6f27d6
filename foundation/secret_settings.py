"""Hides the platform's secret settings from the handlers that a process runs, and hands them to its own programs.

Handlers, and the programs that they start, see the environment of the process. So a process that runs handlers first
takes these settings out of it; `env` still knows their texts.
"""

from __future__ import annotations

import ctypes
import json
import os
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path

from foundation import env

# Tells a command of ours from which descriptor it reads its secret settings.
DESCRIPTOR = "RESTJOBSCHEDULER_SETTINGS_DESCRIPTOR"
_ENVIRONMENT_FIELD = 47  # of /proc/self/stat, counted behind the program's name
_FILLER = ord("*")

_removed: dict[str, str] = {}


def find_all() -> dict[str, str]:
    """Returns the secret settings that the environment sets, or set before they were hidden."""
    return {name: text for name in env.SECRET_NAMES if (text := env.own_text(name))}


def hide() -> None:
    """Takes the secret settings out of this process's environment, so that no program inherits them.

    Overwrites them in the memory that /proc/PID/environ shows, too, also for processes forked later.
    """
    env.hidden.update(find_all())
    if names := _find_variables():
        _removed.update({name: os.environ.pop(name) for name in names})
        _overwrite(names)


def restore() -> None:
    """Puts the settings back into the environment, for a program of ours that takes this one's place."""
    os.environ.update(_removed)


def get_clean_environment() -> dict[str, str]:
    """Returns the environment without the secret settings, for a program that runs handlers."""
    secret = _find_variables()
    return {name: text for name, text in os.environ.items() if name not in secret}


def send() -> int:
    """Returns a descriptor from which a program of ours can read the secret settings, once."""
    if hasattr(os, "memfd_create"):
        reading = os.memfd_create("settings")
        with open(reading, "w", encoding="utf-8", closefd=False) as memory:
            json.dump(find_all(), memory)
        os.lseek(reading, 0, os.SEEK_SET)
        return reading
    # Holds less: what exceeds it would wait for a reader that does not run yet.
    reading, writing = os.pipe()
    with open(writing, "w", encoding="utf-8") as pipe:
        json.dump(find_all(), pipe)
    return reading


def receive(settings: Mapping[str, str]) -> None:
    """Takes the secret settings that the process which started this one has."""
    env.hidden.update(settings)


def receive_from_descriptor() -> None:
    """Takes the secret settings that `send` has written, if the environment names a descriptor."""
    if number := os.environ.pop(DESCRIPTOR, ""):
        with open(int(number), encoding="utf-8") as sent:
            receive(json.load(sent))
            with suppress(OSError):  # a pipe, which is empty by now
                os.ftruncate(
                    sent.fileno(), 0
                )  # the sender may still hold it, and programs could read it there


def _find_variables() -> set[str]:
    """Returns the variables that hold secret settings, or name their files, or are copies of a URL.

    `celery` makes such a copy of BROKER_URL, CELERY_BROKER_URL.
    """
    declared = {variable for name in env.SECRET_NAMES for variable in (name, f"{name}_FILE")}
    urls = {text for text in find_all().values() if "://" in text}
    return {name for name, text in os.environ.items() if name in declared or text in urls}


def _overwrite(names: Collection[str]) -> None:
    """Overwrites values where the kernel put them at this program's start; os.environ no longer refers to them."""
    try:
        fields = Path("/proc/self/stat").read_bytes().rpartition(b")")[2].split()
        start, end = map(int, fields[_ENVIRONMENT_FIELD : _ENVIRONMENT_FIELD + 2])
    except (OSError, ValueError):  # not Linux
        return
    place = start
    for entry in ctypes.string_at(start, end - start).split(b"\0") if start else ():
        name, _, value = entry.partition(b"=")
        if name.decode(errors="replace") in names:
            ctypes.memset(place + len(name) + 1, _FILLER, len(value))
        place += len(entry) + 1

"""The only reader of the environment: typed readers whose refusal is one sentence that names the variable.

What is not in the environment comes from a `make run` on the same state directory, so that commands
typed beside it find its servers by themselves.
"""

from __future__ import annotations

import base64
import os
from functools import cache
from urllib.parse import urlsplit

from scheduler_project.local import discover

KEY_BYTES = 32


class BadSetting(SystemExit):
    """Stops the start with one sentence: which variable, what stands there, what may stand there."""

    def __init__(self, name: str, value: str, remedy: str) -> None:
        super().__init__(f"{name}={value!r} is not usable: {remedy}.")


@cache
def _running_platform() -> dict[str, str]:
    found = discover.running()
    return found.settings if found else {}


def text(name: str, default: str = "") -> str:
    """An empty variable counts as unset, as in compose files with `${NAME:-}`."""
    return os.environ.get(name) or _running_platform().get(name) or default


def whole_number(name: str, default: int, *, at_least: int = 0, at_most: int = 2**31) -> int:
    raw = text(name)
    if not raw:
        return default
    if not raw.isdecimal() or not at_least <= int(raw) <= at_most:
        raise BadSetting(name, raw, f"write a whole number from {at_least} to {at_most}")
    return int(raw)


def flag(name: str, default: bool) -> bool:
    raw = text(name).lower()
    if not raw:
        return default
    if raw in {"1", "true", "yes", "on"}:
        return True
    if raw in {"0", "false", "no", "off"}:
        return False
    raise BadSetting(name, raw, "write 1 or 0")


def names(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def keys(name: str) -> list[str]:
    """Keys for encryption, the newest first. The refusal shows none of them."""
    found = [key.rstrip("=") + "=" for key in names(name)]
    for key in found:
        try:
            usable = len(base64.urlsafe_b64decode(key)) == KEY_BYTES
        except ValueError:
            usable = False
        if not usable:
            example = "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
            raise BadSetting(name, "...", f"write keys, separated by commas, each made with {example}")
    return found


def url(name: str, default: str, *, schemes: tuple[str, ...]) -> str:
    raw = text(name, default)
    try:
        parts = urlsplit(raw)
        usable = parts.scheme in schemes and bool(parts.hostname or parts.path.strip("/"))
        parts.port  # noqa: B018 - reading it is what checks it
    except ValueError:
        usable = False
    if not usable:
        # The value may hold a password: show the scheme only.
        shown = raw.split("://")[0] + "://..." if "://" in raw else raw
        raise BadSetting(
            name, shown, f"write an address that begins with {' or '.join(s + '://' for s in schemes)}"
        )
    return raw


def choice(name: str, default: str, *, among: tuple[str, ...]) -> str:
    raw = text(name, default)
    if raw not in among:
        raise BadSetting(name, raw, f"choose one of {', '.join(among)}")
    return raw

"""Reads the platform's settings from environment variables, as typed values.

A bad value ends the process with one sentence that names the variable. A variable that is not set is taken from a
platform started by `make run` with the same state directory, so that commands find its servers.
"""

from __future__ import annotations

import base64
import os
import re
import sys
from collections.abc import Callable, Sequence
from functools import cache
from ipaddress import ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from foundation import discover

KEY_BYTES = 32
# What these settings hold is secret, or contains a password. Each can also be read from the file named by NAME_FILE.
SECRET_NAMES = (
    "SECRET_KEY", "SECRETS_KEYS", "DATABASE_URL", "DATABASE_DIRECT_URL", "BROKER_URL", "REDIS_URL",
    "OIDC_CLIENT_SECRET",
)  # fmt: skip
# Their texts, once `secret_settings` has taken them out of the environment of a process that runs handlers.
hidden: dict[str, str] = {}
MAX_FILE_BYTES = 8 * 1024  # all of them together fit into a pipe (secret_settings.py)
MAX_SHOWN_CHARACTERS = 100
_DIGITS = re.compile(
    r"[0-9]{1,20}"
)  # int() also accepts other scripts' digits, and refuses thousands of digits
# As browsers send it, because it is compared as text.
_ORIGIN = re.compile(r"(http|https)://((\*\.)?[a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")
_OWN_PORTS = {"http": ":80", "https": ":443"}
# The hosts that Django can match with a request.
_HOST = re.compile(r"\*|\.?[a-z0-9-][a-z0-9.-]*|\[[0-9a-f:.]+\]", re.IGNORECASE)


class BadSetting(SystemExit):
    """Ends the process with one sentence that names an environment variable, its bad value and the allowed values."""

    def __init__(self, name: str, value: str, remedy: str) -> None:
        shown = value if len(value) <= MAX_SHOWN_CHARACTERS else value[:MAX_SHOWN_CHARACTERS] + "..."
        super().__init__(f"{name}={shown!r} is not usable: {remedy}.")


@cache
def _running_platform() -> dict[str, str]:
    found = discover.find_platform()
    return found.settings if found else {}


def text(name: str, default: str = "") -> str:
    """Returns the environment variable's text, or the default if unset or empty: compose files write `${NAME:-}`.

    The text of a secret setting can also be in a file. Raises BadSetting if that file cannot be read.
    """
    return own_text(name) or _running_platform().get(name) or default


def own_text(name: str) -> str:
    """Returns the variable's text as the environment itself, or its file, sets it; not from a running platform."""
    return _read_file_of(name) or os.environ.get(name) or hidden.get(name, "")


def is_set(name: str) -> bool:
    """Returns whether the environment itself sets the variable or names its file, and not only a running platform."""
    return bool(os.environ.get(name) or file_of(name) or hidden.get(name))


def file_of(name: str) -> str:
    """Returns the path of the file that holds a secret setting; an empty text if none is named, or for other settings.

    Raises BadSetting if the setting is given twice, by a file and by itself.
    """
    variable = f"{name}_FILE"
    path = os.environ.get(variable, "") if name in SECRET_NAMES else ""
    if path and os.environ.get(name):
        raise BadSetting(variable, path, f"{name} is set, too: leave out one of them")
    return path


def _read_file_of(name: str) -> str:
    path = file_of(name)
    if not path:
        return ""
    variable = f"{name}_FILE"
    try:
        if not os.path.isfile(path):  # opening a pipe would wait for a writer
            raise BadSetting(variable, path, "there is no such file")
        with open(path, "rb") as file:
            found = file.read(MAX_FILE_BYTES + 1).decode()
    except OSError as exc:
        raise BadSetting(variable, path, f"it cannot be read: {exc.strerror}") from None
    except ValueError:  # no UTF-8, or a path with a NUL
        raise BadSetting(variable, path, "it is no text") from None
    if not found.strip() or len(found) > MAX_FILE_BYTES:
        raise BadSetting(variable, path, f"the file is empty, or longer than {MAX_FILE_BYTES} bytes")
    return found.strip()


def python_path() -> list[str]:
    """Returns the folders in the environment variable PYTHONPATH as absolute paths."""
    return [os.path.abspath(folder) for folder in text("PYTHONPATH").split(os.pathsep) if folder]


def find_packages() -> None:
    """Adds the PYTHONPATH of a running `make run` to this process's import path, unless the environment sets one."""
    if os.environ.get("PYTHONPATH") or not (folders := python_path()):
        return
    os.environ["PYTHONPATH"] = os.pathsep.join(folders)
    sys.path[1:1] = [folder for folder in folders if folder not in sys.path]


def is_help_requested(words: Sequence[str] | None = None) -> bool:
    """Returns whether the command line asks manage.py or celery for help, which must work without any settings."""
    program, *rest = sys.argv if words is None else words
    if not program.endswith(("manage.py", "celery", os.path.join("celery", "__main__.py"))):
        return False
    return bool({"--help", "-h"} & {*rest}) or rest[:1] == ["help"] or not rest


def whole_number(name: str, default: int, *, at_least: int = 0, at_most: int = 2**31) -> int:
    """Returns the environment variable as an int, or the default. Raises BadSetting if it is not within the bounds."""
    raw = text(name)
    if not raw:
        return default
    if not _DIGITS.fullmatch(raw) or not at_least <= int(raw) <= at_most:
        raise BadSetting(name, raw, f"write a whole number from {at_least} to {at_most}")
    return int(raw)


def flag(name: str, default: bool) -> bool:
    """Returns the environment variable as a boolean (1, true, yes, on or 0, false, no, off); the default if unset.

    Raises BadSetting for any other text.
    """
    raw = text(name).lower()
    if not raw:
        return default
    if raw in {"1", "true", "yes", "on"}:
        return True
    if raw in {"0", "false", "no", "off"}:
        return False
    raise BadSetting(name, raw, "write 1 or 0")


def names(name: str, default: str = "", *, among: tuple[str, ...] = ()) -> list[str]:
    """Returns the names in a comma-separated environment variable, without blank ones.

    Raises BadSetting if the variable has only commas, or a name that is not in `among`, unless that is empty.
    """
    raw = text(name, default)
    found = [part.strip() for part in raw.split(",") if part.strip()]
    if raw and not found:
        raise BadSetting(name, raw, "write names, separated by commas, or leave it empty")
    for one in found:
        if among and one not in among:
            raise BadSetting(name, one, f"write one or more of {', '.join(among)}, separated by commas")
    return found


def hosts(name: str, default: str = "") -> list[str]:
    """Returns the hosts in the environment variable, as in Django's ALLOWED_HOSTS. Raises BadSetting for others."""
    found = names(name, default)
    for host in found:
        if not _HOST.fullmatch(host):
            example = "jobs.example.com, .example.com (with all below it), 10.0.0.7, [::1] or *"
            raise BadSetting(
                name, host, f"write hosts, separated by commas, without scheme or port: {example}"
            )
    return found


def origins(name: str, *, wildcards: bool = False) -> list[str]:
    """Returns the web origins in the environment variable, such as https://jobs.example.com.

    `wildcards` also allows origins such as https://*.example.com. Raises BadSetting for anything else.
    """
    found = names(name)
    for origin in found:
        parts = _ORIGIN.fullmatch(origin)
        if not parts or parts[4] == _OWN_PORTS[parts[1]] or (parts[3] and not wildcards):
            remedy = (
                "write origins as browsers send them, separated by commas, like https://jobs.example.com: "
                "in small letters, with the port if it is another than the scheme's own, and nothing behind it"
            )
            raise BadSetting(name, origin, remedy)
    return found


def networks(name: str, default: str) -> list[str]:
    """Returns the IP addresses and networks (10.0.0.0/8) in the environment variable as they are written.

    `*` stands for every address. Raises BadSetting for anything else.
    """
    found = names(name, default)
    for network in found:
        try:
            usable = network == "*" or bool(ip_network(network, strict=False))
        except ValueError:
            usable = False
        if not usable:
            remedy = "write addresses or networks like 10.0.0.0/8, separated by commas, or *"
            raise BadSetting(name, network, remedy)
    return found


def address(name: str) -> str:
    """Returns the IP address in the environment variable, or an empty text if unset. Raises BadSetting for others."""
    raw = text(name)
    try:
        return str(ip_address(raw)) if raw else ""
    except ValueError:
        raise BadSetting(name, raw, "write an IP address, such as 127.0.0.1 or 0.0.0.0 for all") from None


def keys(name: str) -> list[str]:
    """Returns the Fernet keys in the environment variable, newest first. Raises BadSetting, without showing a key.

    They are separated by commas, in a file also by line breaks.
    """
    raw = ",".join(text(name).split())
    found = [key.rstrip("=") + "=" for key in raw.split(",") if key]
    if raw and not found:
        raise BadSetting(name, raw, "write keys, separated by commas, or leave it empty")
    for key in found:
        try:
            usable = len(base64.urlsafe_b64decode(key)) == KEY_BYTES
        except ValueError:
            usable = False
        if not usable:
            example = "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
            raise BadSetting(name, "...", f"write keys, separated by commas, each made with {example}")
    return found


def url(
    name: str, default: str, *, schemes: tuple[str, ...], remedy_of: Callable[[SplitResult], str | None]
) -> str:
    """Returns the URL in the environment variable, or the default.

    `remedy_of` returns None for a usable URL, and otherwise what to write instead. Raises BadSetting for a URL that is
    malformed, has none of the schemes, or is not usable.
    """
    raw = text(name, default)
    # The value may hold a password: show the scheme only.
    shown = raw.split("://")[0] + "://..." if "://" in raw else raw
    try:
        parts = urlsplit(raw)
        port = parts.port
    except ValueError:
        raise BadSetting(name, shown, "its host or port cannot be read; a port is from 1 to 65535") from None
    if parts.scheme not in schemes or not (parts.hostname or parts.path.strip("/")):
        begins = " or ".join(f"{scheme}://" for scheme in schemes)
        raise BadSetting(name, shown, f"write an address that begins with {begins}")
    remedy = "a port is from 1 to 65535" if port == 0 else remedy_of(parts)
    if remedy is not None:
        raise BadSetting(name, shown, remedy)
    return raw


def choice(name: str, default: str, *, among: tuple[str, ...]) -> str:
    """Returns the environment variable's text, or the default. Raises BadSetting if the text is not in `among`."""
    raw = text(name, default)
    if raw not in among:
        raise BadSetting(name, raw, f"choose one of {', '.join(among)}")
    return raw

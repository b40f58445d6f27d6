"""Restricts Celery's remote control: clients at the broker may inspect a worker, but not control it."""

from __future__ import annotations

import fnmatch
import json
import re
import sys
from collections.abc import Callable
from typing import Any, NoReturn, TypeGuard

import click
from celery.app.control import Control as Client
from celery.utils.log import get_logger
from celery.worker.consumer.control import Control
from celery.worker.control import Panel
from celery.worker.pidbox import Pidbox
from django.conf import settings

from jobs.messaging import incoming

log = get_logger(__name__)

REFUSAL = (
    "Celery's remote control is off here: drain a worker, pause a queue or a series, and terminate jobs in the UI or"
    " over the API instead, or start all processes with REMOTE_CONTROL=1."
)
MAX_REQUEST_BYTES = 64 * 1024
MAX_ITEMS = 100
MAX_TEXT_CHARACTERS = 255
TASK_INFO = {
    "name",
    "exchange",
    "routing_key",
    "rate_limit",
    "queue",
    "time_limit",
    "soft_time_limit",
}
_PASSWORD_IN_URL = re.compile(
    r"(\w+://[^\s:/@]*):[^\s/@]*@|(\b(?:password|passwd|pwd)=)[^\s&]*", re.IGNORECASE
)

Arguments = dict[str, Any]


def _valid_texts(value: object) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [item for item in items[:MAX_ITEMS] if _is_text(item)]


def _is_text(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and len(value) <= MAX_TEXT_CHARACTERS


def _no_arguments(_arguments: Arguments) -> Arguments:
    return {}


# The inspection commands that a worker answers, each with a function that picks the valid arguments.
INSPECT_COMMANDS: dict[str, Callable[[Arguments], Arguments]] = {
    "active": lambda given: {"safe": given.get("safe") is True},
    "active_queues": _no_arguments,
    "clock": _no_arguments,
    "conf": lambda given: {"with_defaults": given.get("with_defaults") is True},
    "ping": _no_arguments,
    "query_task": lambda given: {"ids": _valid_texts(given.get("ids"))},
    "registered": lambda given: {
        "taskinfoitems": [item for item in _valid_texts(given.get("taskinfoitems")) if item in TASK_INFO]
        or None,
        "builtins": given.get("builtins") is True,
    },
    "report": _no_arguments,
    "reserved": _no_arguments,
    "revoked": _no_arguments,
    "scheduled": _no_arguments,
    "stats": _no_arguments,
}


class GuardedControl(Control):
    """Receives remote control commands in a worker (as a bootstep); without REMOTE_CONTROL only INSPECT_COMMANDS."""

    def __init__(self, c: Any, **kwargs: Any) -> None:
        super().__init__(c, **kwargs)
        if not settings.REMOTE_CONTROL:
            mailbox = InspectMailbox(c)
            # The parent class does the same with its own mailbox.
            vars(self).update(box=mailbox, start=mailbox.start, stop=mailbox.stop, shutdown=mailbox.shutdown)


# The stubs know few of its attributes.
_Pidbox: Any = Pidbox


class InspectMailbox(_Pidbox):  # type: ignore[misc]  # see above
    """Answers INSPECT_COMMANDS in a worker; sends replies only to the exchange on which Celery's own clients listen."""

    def start(self, c: Any) -> None:
        """Starts to receive remote control requests from the broker."""
        super().start(c)
        # Messages are read before kombu decodes them: it would decompress what claims to be compressed.
        self.consumer.on_message = self._take

    def _take(self, message: Any) -> None:
        try:
            self._answer(json.loads(_body(message)))
        except (ValueError, TypeError, RecursionError) as exc:
            incoming.log_drop("remote control", exc)
        except Exception as exc:  # noqa: BLE001 - a broken reply exchange must not end the worker
            log.warning("could not answer a question over remote control: %.200s", exc)
            self.reset()

    def _answer(self, request: Any) -> None:
        if not isinstance(request, dict) or not _is_text(request.get("method")):
            raise ValueError("it has no method")
        if not _is_addressed_to(request, self.hostname):
            return
        self._forward_clock()
        reply_to, ticket = request.get("reply_to"), request.get("ticket")
        if (
            not isinstance(reply_to, dict)
            or not _is_text(reply_to.get("routing_key"))
            or not _is_text(ticket)
        ):
            return
        self.node.reply(
            {self.hostname: self._reply(request["method"], request.get("arguments"))},
            exchange=self.node.mailbox.reply_exchange.name,
            routing_key=reply_to["routing_key"],
            ticket=ticket,
        )

    def _reply(self, method: str, arguments: object) -> Any:
        pick_arguments = INSPECT_COMMANDS.get(method)
        if pick_arguments is None:
            return {"error": REFUSAL}
        valid = pick_arguments(arguments if isinstance(arguments, dict) else {})
        try:
            return mask_passwords(Panel.data[method](self.node.state, **valid))
        except Exception as exc:  # noqa: BLE001 - Celery's commands may fail in any way
            return {"error": f"{type(exc).__name__}: {exc}"[:MAX_TEXT_CHARACTERS]}


def _body(message: Any) -> Any:
    if message.content_type != "application/json" or len(message.body or b"") > MAX_REQUEST_BYTES:
        raise ValueError("it is not JSON, or is too large")
    return bytes(message.body) if isinstance(message.body, memoryview) else message.body


def _is_addressed_to(request: dict[str, Any], hostname: str) -> bool:
    destination, pattern = request.get("destination"), request.get("pattern")
    if destination:
        return isinstance(destination, list) and hostname in destination
    if pattern:
        # Globs only: a regular expression may take for ever.
        return (
            request.get("matcher") == "glob" and _is_text(pattern) and fnmatch.fnmatchcase(hostname, pattern)
        )
    return True


def mask_passwords(value: Any) -> Any:
    """Returns a copy of `value` as JSON types, with passwords in texts masked; other objects become their repr."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return _PASSWORD_IN_URL.sub(lambda found: f"{found[1]}:**@" if found[1] else f"{found[2]}**", value)
    if isinstance(value, dict):
        return {str(key): mask_passwords(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [mask_passwords(item) for item in value]
    return mask_passwords(repr(value)[:MAX_TEXT_CHARACTERS])


class RemoteControlRefused(click.ClickException):
    """Raised for a disabled remote control command; Celery's command line prints the text and exits with status 1."""

    def __init__(self) -> None:
        super().__init__(REFUSAL)


class GuardedClient(Client):
    """Sends remote control commands to workers (`app.control`); refuses at once what a worker would refuse."""

    def broadcast(self, command: str, *args: Any, **kwargs: Any) -> Any:
        """Sends a command to workers. Raises RemoteControlRefused for more than inspection without REMOTE_CONTROL."""
        if command not in INSPECT_COMMANDS and not settings.REMOTE_CONTROL:
            raise RemoteControlRefused
        return super().broadcast(command, *args, **kwargs)


def replace_command() -> None:
    """Makes `celery control` refuse any command, unless REMOTE_CONTROL is set or that program is not loaded."""
    loaded = sys.modules.get("celery.bin.control")
    if loaded is None or settings.REMOTE_CONTROL:
        return
    loaded.control.params = [click.Argument(["words"], nargs=-1, type=click.UNPROCESSED)]
    loaded.control.context_settings = {"ignore_unknown_options": True}
    loaded.control.help, loaded.control.callback = REFUSAL, _refuse


def _refuse(**_: object) -> NoReturn:
    raise RemoteControlRefused

"""Defines `celery -A scheduler_project jobs ...`: commands that create, list, watch and stop jobs.

Celery imports this module, its entry point, for every Celery command, before Django is set up. Therefore this module
imports no models, and imports the module of a jobs command only when that command runs.
"""

from __future__ import annotations

from copy import copy
from importlib import import_module
from typing import Any

import click
from django.apps import apps

from foundation import database_limits
from jobs.cli.options import EXIT_STATUS, common_options
from jobs.cli.refusal import Misuse, has_json_option, report_errors, require_schema

_JSON_TYPED = "jobs.cli.json_typed"
COMMANDS = {
    "create": "jobs.cli.create",
    "list": "jobs.cli.listing",
    "show": "jobs.cli.show",
    "terminate": "jobs.cli.terminate",
    "rerun": "jobs.cli.rerun",
    "wait": "jobs.cli.wait",
    "log": "jobs.cli.log",
    "processes": "jobs.cli.platform",
}


class Commands(click.Group):
    """Imports the module of a jobs command only when it runs; prints errors as lines and sets the exit status."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        if not apps.ready:
            raise click.UsageError("Say whose jobs: celery -A scheduler_project jobs ...", ctx)
        command: click.Command = copy(import_module(COMMANDS[cmd_name]).command)
        # Not around the group: a command's --help needs no database.
        command.callback = require_schema(command.callback)
        return command

    def make_context(self, info_name: str | None, args: list[str], *rest: Any, **extra: Any) -> click.Context:
        as_json = has_json_option(args)
        try:
            ctx = super().make_context(info_name, args, *rest, **extra)
        except click.UsageError as exc:
            raise Misuse.of(exc, as_json=as_json) from None
        ctx.meta[_JSON_TYPED] = as_json
        return ctx

    def invoke(self, ctx: click.Context) -> object:
        database_limits.limit_new_connections(database_limits.COMMANDS)
        with report_errors(ctx, as_json=ctx.meta[_JSON_TYPED]):
            return super().invoke(ctx)


@click.group("jobs", cls=Commands, epilog=EXIT_STATUS)
@common_options
def jobs() -> None:
    """Create, watch and stop jobs. An ID may be shortened to its first characters if these are unique."""

"""`celery -A scheduler_project jobs ...`: the services from the shell.

Celery imports this module by its entry point, in every one of its commands and before Django is set up.
So nothing here touches a model; a command's own module is imported when that command is asked for.
"""

from __future__ import annotations

from importlib import import_module

import click
from django.apps import apps

from jobs.cli.options import EXIT_STATUS, common_options
from jobs.cli.refusal import refusals_told

COMMANDS = {
    "create": "jobs.cli.create",
    "list": "jobs.cli.listing",
    "show": "jobs.cli.show",
    "terminate": "jobs.cli.terminate",
    "rerun": "jobs.cli.rerun",
    "log": "jobs.cli.log",
}


class Commands(click.Group):
    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        if not apps.ready:
            raise click.UsageError("Say whose jobs: celery -A scheduler_project jobs ...", ctx)
        command: click.Command = import_module(COMMANDS[cmd_name]).command
        return command

    def invoke(self, ctx: click.Context) -> object:
        with refusals_told(ctx):
            return super().invoke(ctx)


@click.group("jobs", cls=Commands, epilog=EXIT_STATUS)
@common_options
def jobs() -> None:
    """Create, watch and stop jobs. An ID may be cut short as long as it is unique."""

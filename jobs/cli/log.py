"""Defines `jobs log ID [-f]`: prints a job's log; with `-f` goes on until the job has ended."""

from __future__ import annotations

import click

from accounts.roles import Right
from foundation.errors import Forbidden, Problem
from jobs.cli.actors import current_visibility, require_right
from jobs.cli.follow import exit_with_state, poll_job
from jobs.cli.ids import find_job
from jobs.cli.log_lines import log_line, stored_lines
from jobs.cli.options import EXIT_STATUS, common_options, refuse_lone_timeout, timeout_option, wants_json
from jobs.cli.output import print_json


@click.command("log", epilog=EXIT_STATUS)
@click.argument("job", metavar="ID")
@click.option("-f", "--follow", is_flag=True, help="Go on until the job has ended; Ctrl-C ends it earlier.")
@timeout_option("With --follow: so long at most.")
@click.option("--after", type=click.IntRange(0), default=0, help="Only lines with higher numbers than this.")
@common_options
def command(job: str, follow: bool, timeout: float | None, after: int) -> None:
    """Print a job's log. With --follow and --json each line is a JSON document of its own, as it comes."""
    refuse_lone_timeout(timeout, follow=follow)
    require_right(Right.SEE)
    job_id = find_job(job)
    lines = []
    for seen in poll_job(job_id, current_visibility(), timeout=timeout):
        if seen["hidden"]:
            detail = "You may only see that this job ran: its log takes the right to read."
            raise Forbidden(Problem("permission_denied", detail, "--as"))
        for line in stored_lines(job_id, after=after) if seen["log_lines"] > after else ():
            after = line["n"]
            if not wants_json():
                click.echo(log_line(line))
            elif follow:
                print_json(line)
            else:
                lines.append(line)
        if not follow:
            break
    if wants_json() and not follow:
        print_json({"lines": lines, "next": after})
    if follow:
        exit_with_state(job_id, seen["state"])

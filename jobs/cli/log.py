"""`jobs log ID [-f]`."""

from __future__ import annotations

import click

from accounts.roles import Right
from jobs.cli.acting import require
from jobs.cli.follow import looks
from jobs.cli.ids import find_job
from jobs.cli.log_lines import log_line, stored_lines
from jobs.cli.options import EXIT_STATUS, common_options, wants_json
from jobs.cli.output import print_json


@click.command("log", epilog=EXIT_STATUS)
@click.argument("job", metavar="ID")
@click.option("-f", "--follow", is_flag=True, help="Go on until the job has ended; Ctrl-C ends it earlier.")
@click.option("--after", type=click.IntRange(0), default=0, help="Only lines with higher numbers than this.")
@common_options
def command(job: str, follow: bool, after: int) -> None:
    """Print a job's log."""
    require(Right.SEE)
    job_id = find_job(job)
    lines = []
    for look in looks(job_id):
        for line in stored_lines(job_id, after=after) if look["log_lines"] > after else ():
            after = line["n"]
            if wants_json():
                lines.append(line)
            else:
                click.echo(log_line(line))
        if not follow:
            break
    if wants_json():
        print_json({"lines": lines, "next": after})

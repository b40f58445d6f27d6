"""Prepares the database, and prints the path of a sign-in link. All other output goes to standard error."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import django
import psycopg
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import OperationalError, connection

from foundation import discover, schema
from foundation.direct_connection import connect_past_the_pool
from launcher.state import write_private

EXAMPLES = ("templates_app/examples/job_templates", "handlers/http_request", "handlers/management_command")
MAX_WAIT_SECONDS = 60.0


def main() -> None:
    django.setup()
    wait_for_database(connection.ensure_connection, "DATABASE_URL")
    wait_for_database(connect_past_the_pool, "DATABASE_DIRECT_URL")
    migrate_if_needed()
    import_examples_once(discover.find_state_dir() / "examples_imported")
    if not get_user_model().objects.filter(username="admin").exists():
        call_command("create_user", "admin", role="admin", stdout=sys.stderr)
    call_command("sign_in_link", "admin")


def wait_for_database(connect: Callable[[], None], setting: str) -> None:
    """Waits until Postgres accepts connections; exits with a sentence if it refuses the login, or after a minute."""
    began, quiet_seconds = time.monotonic(), 5.0
    while True:
        try:
            return connect()
        except (OperationalError, psycopg.OperationalError) as error:
            waited, cause = time.monotonic() - began, str(error).strip()
            # psycopg gives no SQLSTATE for a refused connection, only the server's words.
            is_hopeless = "password authentication failed" in cause or "does not exist" in cause
            if is_hopeless or waited > MAX_WAIT_SECONDS:
                sys.exit(f"Postgres cannot be used ({setting}): {cause}")
            if waited > quiet_seconds:
                quiet_seconds = MAX_WAIT_SECONDS
                sys.stderr.write(f"waiting for Postgres: {cause}\n")
            time.sleep(0.1)


def migrate_if_needed() -> None:
    """Migrates the database if its schema is outdated; exits with a sentence if this code cannot work with it."""
    problem = schema.check()  # quicker than `migrate`, which goes through all permissions each time
    if problem is not None and problem.migrate_helps:
        call_command("migrate", verbosity=0, interactive=False, stdout=sys.stderr)
        problem = schema.check()
    if problem is not None:
        sys.exit(problem.sentence)


def import_examples_once(stamp: Path) -> None:
    """Imports the example templates into a database without templates, once per database (recorded in `stamp`)."""
    from templates_app.models import JobTemplate

    with connection.cursor() as cursor:  # a database that was dropped and made again has another oid
        cursor.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
        (oid,) = cursor.fetchone()
    database = "{HOST}:{PORT}/{NAME}#{oid}".format(**connection.settings_dict, oid=oid).replace(" ", "_")
    databases = stamp.read_text().split() if stamp.exists() else []
    if database not in databases:
        if not JobTemplate.objects.exists():
            files = [str(discover.CHECKOUT / f"{name}.json") for name in EXAMPLES]
            call_command("import_templates", *files, stdout=sys.stderr)
        write_private(stamp, "\n".join([*databases, database]))


if __name__ == "__main__":
    main()

"""Makes the database ready: tables, the example templates once, the user admin, a sign-in link.

Prints the path of the link, alone, on standard output; everything else goes to standard error.
"""

from __future__ import annotations

import io
import sys
import time
from pathlib import Path

import django
from django.core.management import call_command
from django.db import OperationalError, connection

from foundation import discover, schema
from launcher.state import write_private

EXAMPLES = [
    discover.CHECKOUT / "templates_app" / "examples" / "job_templates.json",
    discover.CHECKOUT / "handlers" / "http_request.json",
    discover.CHECKOUT / "handlers" / "management_command.json",
]
ADMIN = "admin"
DATABASE_PATIENCE_SECONDS = 60.0


def main() -> None:
    django.setup()
    wait_for_database()
    bring_schema_up()
    import_examples_once(discover.state_dir() / "examples_imported")
    print(sign_in_path())  # noqa: T201 - the answer to the launcher


def wait_for_database() -> None:
    """Exits with one sentence where waiting is no use, or has been none for a minute."""
    deadline = time.monotonic() + DATABASE_PATIENCE_SECONDS
    said = False
    while True:
        try:
            connection.ensure_connection()
        except OperationalError as error:
            cause = str(error).strip()
            if _is_hopeless(error) or time.monotonic() > deadline:
                sys.exit(f"Postgres cannot be used (DATABASE_URL): {cause}")
            if not said and time.monotonic() > deadline - DATABASE_PATIENCE_SECONDS + 5:
                said = True
                sys.stderr.write(f"waiting for Postgres: {cause}\n")
            time.sleep(0.1)
        else:
            return


def _is_hopeless(error: OperationalError) -> bool:
    # A refusal at connection time has no SQLSTATE in psycopg, only the server's words.
    words = str(error)
    return "password authentication failed" in words or "does not exist" in words


def bring_schema_up() -> None:
    """Exits with one sentence on a database that this code cannot work on, migrated or not.

    Asking is quicker than `migrate`, which looks through all permissions and content types each time.
    """
    problem = schema.check()
    if problem is not None and problem.migrate_helps:
        call_command("migrate", verbosity=0, interactive=False, stdout=sys.stderr)
        problem = schema.check()
    if problem is not None:
        sys.exit(problem.sentence)


def import_examples_once(stamp: Path) -> None:
    """Once per database, and never over templates that are there: the user's edits outlive every start."""
    from templates_app.models import JobTemplate

    database = _identity_of_database()
    imported = stamp.read_text().split() if stamp.exists() else []
    if database in imported:
        return
    if not JobTemplate.objects.exists():
        call_command("import_templates", *map(str, EXAMPLES), stdout=sys.stderr)
    write_private(stamp, "\n".join([*imported, database]))


def _identity_of_database() -> str:
    """Another one after the database was dropped and made anew."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
        (oid,) = cursor.fetchone()
    settings = connection.settings_dict
    return f"{settings['HOST']}:{settings['PORT']}/{settings['NAME']}#{oid}".replace(" ", "_")


def sign_in_path() -> str:
    from django.contrib.auth import get_user_model

    if not get_user_model().objects.filter(username=ADMIN).exists():
        call_command("create_user", ADMIN, role="admin", stdout=sys.stderr)
    answer = io.StringIO()
    call_command("sign_in_link", ADMIN, stdout=answer)
    return answer.getvalue().strip()


if __name__ == "__main__":
    main()

"""Checks everything that the platform depends on, and says what to do about what is wrong."""

from __future__ import annotations

import logging

from django.db import Error as DatabaseError
from django.db import connection

from foundation.database_errors import first_line
from scheduler_project.doctor import on_audit, on_database, on_platform, on_servers, on_settings
from scheduler_project.doctor.findings import Check, Finding, Status

log = logging.getLogger(__name__)

# Those from `schema` on need Postgres.
CHECKS: dict[str, Check] = {
    "versions": on_settings.check_versions,
    "keys": on_settings.check_keys,
    "web": on_settings.check_web,
    "ui": on_platform.check_ui,
    "broker": on_servers.check_broker,
    "redis": on_servers.check_redis,
    "database": on_database.check_database,
    "schema": on_database.check_schema,
    "clock": on_database.check_clock,
    "sessions": on_database.check_sessions,
    "secrets": on_database.check_secrets,
    "audit": on_audit.check_audit,
    "sign_in": on_settings.check_sign_in,
    "processes": on_platform.check_processes,
    "dispatching": on_platform.check_dispatching,
    "queues": on_platform.check_queues,
    "handlers": on_platform.check_handlers,
}


def run_checks() -> list[Finding]:
    """Runs all checks and returns what they found, at least one finding of each.

    Once a check finds the database away or its schema unfit, the checks that need it are left out.
    """
    found: list[Finding] = []
    for name, check in CHECKS.items():
        found += _run(name, check)
        if name in {"database", "schema"} and found[-1].status is Status.PROBLEM:
            break
    connection.close()
    return found


def exit_status(findings: list[Finding]) -> int:
    """Returns 0 if all is well, 1 for warnings, 2 for problems."""
    worst = {finding.status for finding in findings}
    return 2 if Status.PROBLEM in worst else 1 if Status.WARNING in worst else 0


def _run(name: str, check: Check) -> list[Finding]:
    try:
        return [Finding(name, *outcome) for outcome in check()]
    except DatabaseError as exc:
        remedy = "Start Postgres; check DATABASE_URL, and what else the database does."
        return [Finding(name, Status.PROBLEM, f"The database cannot be used: {first_line(exc)}.", remedy)]
    except Exception as exc:
        log.exception("the check %s failed", name)
        detail = f"This check could not be done: {type(exc).__name__}: {exc}."
        return [Finding(name, Status.PROBLEM, detail, "Report it, with the traceback in the log.")]

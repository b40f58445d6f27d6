"""Checks that a pool by transaction has time limits, because there no process can set its own."""

from __future__ import annotations

import logging

from django.db import connection

from jobs.problems import Code, PlatformProblem

log = logging.getLogger(__name__)

TIME_LIMITS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
_ASK = "SELECT " + ", ".join(f"current_setting('{name}')" for name in TIME_LIMITS)
_REMEDY = (
    "set them in the pool (connect_query of PgBouncer) or for the role (ALTER ROLE ... SET), "
    "as deploy/pgbouncer.ini does"
)


class PoolLimits:
    """Reads the time limits of the server connection that the pool gives to this thread."""

    def __init__(self) -> None:
        self._said: PlatformProblem | None = None

    def check(self) -> PlatformProblem | None:
        """Returns the problem to report if a time limit is missing; None otherwise. Raises django.db.Error."""
        with connection.cursor() as cursor:
            cursor.execute(_ASK)
            (values,) = cursor.fetchall()
        missing = [name for name, value in zip(TIME_LIMITS, values, strict=True) if value == "0"]
        detail = (
            f"The pool of database connections has no {', '.join(missing)}, so one statement may hold up all"
        )
        problem = PlatformProblem(Code.LIMITS_MISSING, f"{detail}: {_REMEDY}.") if missing else None
        if problem and problem != self._said:
            log.warning("%s", problem.detail)
        self._said = problem
        return problem

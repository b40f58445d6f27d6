"""Checks the audit trail: whether its entries are linked. `manage.py audit_verify` checks the whole chain."""

from __future__ import annotations

from collections.abc import Iterator

from accounts.services import audit_links, audit_pending
from scheduler_project.doctor.findings import Outcome, ok, warning


def check_audit() -> Iterator[Outcome]:
    """Checks for entries that the platform did not sign, and for others that wait for longer than linking takes."""
    refused, overdue = audit_links.count_refused(), audit_pending.count_overdue()
    if refused:
        yield warning(
            f"{refused} entries of the audit trail are not linked, since the platform did not sign them.",
            "Run `manage.py audit_verify`: it names them.",
        )
    elif overdue:
        yield warning(
            f"{overdue} entries of the audit trail are not linked after {audit_pending.MAX_WAIT_MINUTES} minutes.",
            "See whether a dispatcher runs, and which session keeps it from linking: in pg_locks it has the objid "
            f"{audit_links.LINK_LOCK}.",
        )
    else:
        yield ok("its entries are linked")

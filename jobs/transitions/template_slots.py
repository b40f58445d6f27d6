"""Counts the slots of templates with maxConcurrent: so many of their jobs may be queued or run at the same time."""

from __future__ import annotations

from collections.abc import Collection

from jobs.transitions.capacity import NO_LIMIT
from jobs.transitions.statement import run


def free_template_slots(job_types: Collection[str]) -> dict[str, int]:
    """Locks the templates of these types, which have a maxConcurrent; returns how many template slots each has free.

    NO_LIMIT replaces a maxConcurrent that was removed meanwhile. Templates without a free slot, and those that another
    dispatcher has locked, are left out. The locks last until the transaction ends.
    """
    # Two statements on purpose: the count must see what was committed before the lock was acquired.
    locked = run(
        f"""SELECT type, coalesce(max_concurrent, {NO_LIMIT}) FROM templates_app_jobtemplate
        WHERE type = ANY(%(types)s) ORDER BY type FOR NO KEY UPDATE SKIP LOCKED""",  # noqa: S608 - a constant
        {"types": sorted(set(job_types))},
    )
    if not locked:
        return {}
    counted = run(
        """SELECT job_type, count(*) FROM jobs_live
        WHERE limited AND state IN ('queued', 'running') AND job_type = ANY(%(types)s) GROUP BY job_type""",
        {"types": [job_type for job_type, _ in locked]},
    )
    busy = dict(counted)
    return {
        job_type: slots - busy.get(job_type, 0) for job_type, slots in locked if slots > busy.get(job_type, 0)
    }


def limit_jobs(*, job_type: str) -> int:
    """Marks waiting and running jobs of a template as subject to its new maxConcurrent; returns how many it marked."""
    return len(
        run(
            """UPDATE jobs_live SET limited = true WHERE id IN (
                SELECT id FROM jobs_live WHERE job_type = %(type)s AND NOT limited
                AND state IN ('scheduled', 'queued', 'running') ORDER BY id FOR NO KEY UPDATE)
            RETURNING id""",
            {"type": job_type},
        )
    )

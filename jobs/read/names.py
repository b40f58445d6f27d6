"""Finds the job types and authors whose names contain a text, so that a search reads jobs by indexes of both."""

from __future__ import annotations

import uuid

from django.db import connection

from templates_app.models import JobTemplate


def find_types(text: str) -> list[str]:
    """Returns the job types whose names contain the text, in either case; archived ones, too."""
    return list(JobTemplate.objects.filter(type__icontains=text).values_list("type", flat=True))


def find_authors(text: str, *, since: uuid.UUID) -> list[str]:
    """Returns those authors of jobs with ids from `since` on whose names contain the text, in either case.

    Reads one index entry for each author and partition of ended jobs (loose index scan), not one for each job.
    """
    with connection.cursor() as cursor:
        cursor.execute(_AUTHORS, {"text": text, "since": since})
        return [name for (name,) in cursor.fetchall()]


_AUTHORS = """
    WITH RECURSIVE ended (name) AS (
        (SELECT created_by FROM jobs_ended WHERE id >= %(since)s ORDER BY created_by LIMIT 1)
        UNION ALL
        SELECT (SELECT created_by FROM jobs_ended WHERE id >= %(since)s AND created_by > ended.name
                ORDER BY created_by LIMIT 1)
        FROM ended WHERE name IS NOT NULL
    ), live AS MATERIALIZED (
        -- Before the comparison, which costs more than to read a row.
        SELECT DISTINCT created_by AS name FROM jobs_live WHERE id >= %(since)s
    )
    SELECT name FROM (SELECT name FROM ended UNION SELECT name FROM live) AS author
    WHERE strpos(upper(name), upper(%(text)s)) > 0"""

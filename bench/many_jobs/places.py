"""Finds what the requests name: jobs, times and numbers in the middle of all, at the beginning and at the end."""

from __future__ import annotations

from collections.abc import Mapping

import psycopg

from bench.stage import Stage

_PLACES = """
    WITH bounds AS (
        SELECT (SELECT created_at FROM jobs_ended ORDER BY id LIMIT 1) AS since,
            (SELECT created_at FROM jobs_ended ORDER BY id DESC LIMIT 1) AS until
    ), moments AS (
        SELECT since + (until - since) / 2 AS middle, since + (until - since) / 4 AS early,
            since + (until - since) / 1000 AS oldest, until - (until - since) / 1000 AS newest FROM bounds
    ), middle AS (
        SELECT id FROM jobs_ended ORDER BY id OFFSET (SELECT sum(number) / 2 FROM jobs_total) LIMIT 1
    )
    SELECT middle.id, (SELECT id FROM jobs_ended WHERE log_lines > 0 AND id < middle.id ORDER BY id DESC LIMIT 1),
        (SELECT rerun_of FROM jobs_ended WHERE rerun_of IS NOT NULL ORDER BY id DESC LIMIT 1),
        left(middle.id::text, 13), moments.* FROM moments, middle"""


def find_places(stage: Stage, series: Mapping[str, str]) -> dict[str, str]:
    """Returns the values by the names that stand in the requests."""
    with psycopg.connect(stage.database_url, autocommit=True) as connection:
        row = connection.execute(_PLACES).fetchone()
        seqs = connection.execute("SELECT max(last_seq) / 2, max(last_seq) - 100 FROM jobs_feed").fetchone()
    assert row is not None
    assert seqs is not None
    middle_job, job, origin, beginning, *moments = row
    times = {
        name: moment.isoformat().replace("+00:00", "Z")
        for name, moment in zip(("middle", "early", "oldest", "newest"), moments, strict=True)
    }
    found = {"middle_job": middle_job, "job": job, "origin": origin, "beginning": beginning}
    numbers = {"middle_seq": seqs[0], "newest_seq": seqs[1]}
    return {name: str(value) for name, value in {**found, **times, **numbers, **series}.items()}

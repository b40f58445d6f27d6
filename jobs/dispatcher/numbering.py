"""Numbers committed job events for the feed: in order, without gaps, and each exactly once.

Ids of events are given before their commit, so an event may become visible after events with higher ids. The relay
reads on from the highest id that it has seen, and remembers which ids below it are missing. It looks for these again
until all transactions that may hold them are over; what is missing then was rolled back.
"""

from __future__ import annotations

from typing import NamedTuple

from django.db import transaction

from foundation import prepared
from jobs.dispatcher import counting

MAX_NUMBERED = 1000
# Missing ids are given up in generations: after this time, and when no transaction is left that ran at its beginning.
# The time covers the moment in which a statement has an id for a row, but no transaction id yet.
GENERATION_SECONDS = 60


class Numbered(NamedTuple):
    """Says which numbers were given: those above `after`, and up to `upto`."""

    after: int
    upto: int


class Numbering:
    """Numbers events, and remembers how far it has read, so that a look for new events costs almost nothing."""

    def __init__(self) -> None:
        self._read_up_to = -1
        self._is_complete = False

    def run_once(self) -> Numbered | None:
        """Numbers up to MAX_NUMBERED new events; returns the numbers given, None if there were no events to number."""
        if self._is_complete and _last_id() == self._read_up_to:
            return None
        with transaction.atomic():
            ((is_locked,),) = prepared.fetch(
                "SELECT pg_try_advisory_xact_lock(%s::bigint)", [counting.NUMBERING_LOCK]
            )
            if not is_locked:
                return None
            # A statement of its own: it must see what another dispatcher numbered before it released the lock.
            limits = {"limit": MAX_NUMBERED, "generation": GENERATION_SECONDS}
            ((after, upto, read_up_to, is_complete),) = prepared.fetch_by_index(_NUMBER, limits)
            if upto > after:
                counting.count_batch(upto)
        self._read_up_to, self._is_complete = read_up_to, is_complete
        return Numbered(after, upto) if upto > after else None


def _last_id() -> int:
    """Returns the last id that an event was given, whether it is committed or not."""
    ((last_id,),) = prepared.fetch("SELECT last_value - (NOT is_called)::int FROM jobs_event_id_seq", [])
    return int(last_id)


_NUMBER = """
    WITH state AS MATERIALIZED (
        (SELECT last_seq, read_up_to, missing, missing_before, missing_before_until, rotated_at
         FROM jobs_relaystate ORDER BY last_seq DESC LIMIT 1)
        UNION ALL SELECT 0, 0, '{}', '{}', '0', now() - interval '1 day' LIMIT 1
    ), fresh AS MATERIALIZED (
        SELECT id, job_id FROM jobs_event WHERE id > (SELECT read_up_to FROM state) ORDER BY id LIMIT %(limit)s::int
    ), late AS MATERIALIZED (
        SELECT event.id, event.job_id FROM state CROSS JOIN unnest(state.missing + state.missing_before) AS gap
            CROSS JOIN LATERAL (
                -- With a limit it is read for each gap from the index, never all events for all gaps.
                SELECT id, job_id FROM jobs_event WHERE id >= lower(gap) AND id < upper(gap)
                ORDER BY id LIMIT %(limit)s::int) AS event
        LIMIT %(limit)s::int
    ), found AS (
        SELECT count(*) AS number, max(id) AS newest, array_agg(id ORDER BY id) AS event_ids,
            array_agg(job_id ORDER BY id) AS job_ids,
            coalesce(range_agg(int8range(id, id, '[]')), '{}') AS ids
        FROM (SELECT * FROM late UNION ALL SELECT * FROM fresh) AS either
    ), following AS MATERIALIZED (
        SELECT state.last_seq AS after, state.last_seq + found.number AS last_seq, found.number,
            greatest(state.read_up_to, found.newest) AS read_up_to,
            state.missing + int8multirange(int8range(state.read_up_to, greatest(state.read_up_to, found.newest), '(]'))
                - found.ids AS missing,
            state.missing_before - found.ids AS missing_before,
            state.missing_before_until, state.rotated_at,
            greatest((SELECT last_value FROM jobs_event_id_seq), state.read_up_to) AS given,
            state.rotated_at < now() - %(generation)s::int * interval '1 s'
                AND state.missing_before_until <= pg_snapshot_xmin(pg_current_snapshot())
                AND found.number < %(limit)s::int AS rotates
        FROM state CROSS JOIN found
    ), batch AS (
        INSERT INTO jobs_feed (last_seq, event_ids, job_ids)
        SELECT following.last_seq, found.event_ids, found.job_ids FROM following CROSS JOIN found WHERE found.number > 0
    ), noted AS (
        INSERT INTO jobs_relaystate (last_seq, read_up_to, missing, missing_before, missing_before_until, rotated_at)
        SELECT last_seq, read_up_to,
            CASE WHEN rotates THEN '{}' ELSE missing END,
            CASE WHEN rotates THEN missing ELSE missing_before END,
            CASE WHEN rotates THEN pg_snapshot_xmax(pg_current_snapshot()) ELSE missing_before_until END,
            CASE WHEN rotates THEN now() ELSE rotated_at END
        FROM following WHERE number > 0
    ), turned AS (
        -- Without new events: ids that were given and rolled back are given up all the same.
        UPDATE jobs_relaystate AS state SET read_up_to = following.given, missing = '{}',
            missing_before = following.missing + int8multirange(int8range(following.read_up_to, following.given, '(]')),
            missing_before_until = pg_snapshot_xmax(pg_current_snapshot()), rotated_at = now()
        FROM following
        WHERE following.number = 0 AND following.rotates AND state.last_seq = following.last_seq
    )
    SELECT after, last_seq, read_up_to, isempty(missing) AND isempty(missing_before) FROM following"""

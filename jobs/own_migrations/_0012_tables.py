"""Holds the SQL of migration 0012: new tables for live jobs, ended jobs, events, the feed and log lines."""

# Rows are copied before indexes are built. The old tables make way for a view with the name of one of them.
SET_ASIDE = """
    ALTER TABLE jobs_job RENAME TO jobs_job_old;
    ALTER TABLE jobs_jobevent RENAME TO jobs_jobevent_old;
    ALTER TABLE jobs_logchunk RENAME TO jobs_logchunk_old;
"""

CREATE = """
    CREATE TABLE jobs_ended (
        id uuid NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), start_time timestamptz NOT NULL,
        started_at timestamptz, terminated_at timestamptz NOT NULL, terminate_requested_at timestamptz,
        template_version integer NOT NULL, version integer NOT NULL, attempt integer NOT NULL,
        failures integer NOT NULL, losses integer NOT NULL, interruptions integer NOT NULL,
        max_attempts integer NOT NULL, max_lost integer NOT NULL, log_lines integer NOT NULL,
        completion_percentage smallint NOT NULL, priority smallint NOT NULL, job_type varchar(63) NOT NULL,
        state text NOT NULL, reason text, payload jsonb NOT NULL, created_by varchar(150) NOT NULL,
        progress_message text NOT NULL, error jsonb, queue text NOT NULL, worker text, series_id uuid,
        series_number integer, rerun_of uuid, parent uuid, tags text[], traceparent text,
        terminate_requested_by varchar(150) NOT NULL, result jsonb, failure_group text,
        CONSTRAINT ended_state CHECK (state IN ('succeeded', 'failed', 'terminated'))
    ) PARTITION BY RANGE (id);
    CREATE TABLE jobs_ended_default PARTITION OF jobs_ended DEFAULT;

    CREATE TABLE jobs_event (
        id bigint NOT NULL, job_id uuid NOT NULL, at timestamptz NOT NULL DEFAULT now(), version integer NOT NULL,
        attempt integer NOT NULL, kind text NOT NULL, actor text NOT NULL DEFAULT '', address text, via text,
        snapshot jsonb, detail jsonb
    ) PARTITION BY RANGE (job_id);
    CREATE SEQUENCE jobs_event_id_seq OWNED BY jobs_event.id;
    ALTER TABLE jobs_event ALTER id SET DEFAULT nextval('jobs_event_id_seq');
    CREATE TABLE jobs_event_default PARTITION OF jobs_event DEFAULT;

    CREATE TABLE jobs_log (
        id bigint NOT NULL, job_id uuid NOT NULL, first integer NOT NULL, count integer NOT NULL, lines jsonb NOT NULL
    ) PARTITION BY RANGE (job_id);
    CREATE SEQUENCE jobs_log_id_seq OWNED BY jobs_log.id;
    ALTER TABLE jobs_log ALTER id SET DEFAULT nextval('jobs_log_id_seq');
    CREATE TABLE jobs_log_default PARTITION OF jobs_log DEFAULT;

    CREATE TABLE jobs_feed (
        last_seq bigint PRIMARY KEY, event_ids bigint[] NOT NULL, job_ids uuid[] NOT NULL,
        at timestamptz NOT NULL DEFAULT now()
    );
    CREATE TABLE jobs_relaystate (
        last_seq bigint PRIMARY KEY, read_up_to bigint NOT NULL, missing int8multirange NOT NULL,
        missing_before int8multirange NOT NULL, missing_before_until xid8 NOT NULL, rotated_at timestamptz NOT NULL
    );
    CREATE TABLE jobs_minute (
        minute timestamptz NOT NULL, job_type text NOT NULL, queue text NOT NULL, created integer NOT NULL,
        started integer NOT NULL, succeeded integer NOT NULL, failed_by_error integer NOT NULL,
        failed_by_timeout integer NOT NULL, failed_by_loss integer NOT NULL, failed_without_handler integer NOT NULL,
        terminated integer NOT NULL, wait_seconds double precision NOT NULL, waits integer[] NOT NULL,
        run_seconds double precision NOT NULL, runs integer[] NOT NULL, PRIMARY KEY (minute, job_type, queue)
    );
    CREATE TABLE jobs_total (
        day date NOT NULL, job_type text NOT NULL, state text NOT NULL, number bigint NOT NULL,
        PRIMARY KEY (day, job_type, state)
    );
"""

# One partition a day for what has ended until today, or longer ones, so that there are at most sixty.
PARTITION = """
    DO $body$
    DECLARE
        first timestamptz := (SELECT date_trunc('day', min(created_at), 'UTC') FROM jobs_job_old
            WHERE state IN ('succeeded', 'failed', 'terminated'));
        tomorrow timestamptz := date_trunc('day', now(), 'UTC') + interval '1 day';
        step interval := greatest(ceil(extract(epoch FROM tomorrow - first) / 86400 / 60), 1) * interval '1 day';
        bounds text;
        name text;
    BEGIN
        WHILE first < tomorrow LOOP
            bounds := format('FROM (%L) TO (%L)', pg_temp.lowest_id(first), pg_temp.lowest_id(first + step));
            FOREACH name IN ARRAY ARRAY['jobs_ended', 'jobs_event', 'jobs_log'] LOOP
                EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES %s',
                    name || to_char(first AT TIME ZONE 'UTC', '_YYYYMMDD'), name, bounds);
            END LOOP;
            first := first + step;
        END LOOP;
    END $body$
"""
# As `lowest_from` in jobs/ids.py, for whole milliseconds.
LOWEST_ID = """
    CREATE FUNCTION pg_temp.lowest_id(at timestamptz) RETURNS uuid LANGUAGE sql AS $body$
        SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || repeat('0', 19))::uuid
    $body$
"""

_SAME = """id, created_at, start_time, started_at, terminate_requested_at, template_version, version, attempt,
    failures, losses, interruptions, max_attempts, max_lost, log_lines, completion_percentage, priority, job_type,
    state, reason, payload, created_by, progress_message, error, queue, worker, series_id, series_number, rerun_of,
    terminate_requested_by"""
_LIVE_ONLY = """secrets, limited, withdrawals, retry_backoff_seconds, timeout_seconds, fresh_process, lease,
    lease_until, worker_pid, beat, claim_at, publish_due, publishes, armed"""
# An event says by its kind what its snapshot need not hold: jobs/read/history.py.
COPY = f"""
    INSERT INTO jobs_live ({_SAME}, {_LIVE_ONLY}) SELECT {_SAME}, {_LIVE_ONLY} FROM jobs_job_old
        WHERE state IN ('scheduled', 'queued', 'running');
    INSERT INTO jobs_ended ({_SAME}, terminated_at, result)
        SELECT {_SAME}, coalesce(terminated_at, created_at), result FROM jobs_job_old
        WHERE state IN ('succeeded', 'failed', 'terminated') ORDER BY id;
    INSERT INTO jobs_event (id, job_id, at, version, attempt, kind, actor, snapshot, detail)
        SELECT id, job_id, at, coalesce((snapshot ->> 'version')::int, 1),
            coalesce((snapshot ->> 'attempt')::int, 0), kind, actor,
            CASE WHEN kind <> 'job_terminated' THEN nullif(jsonb_strip_nulls(
                snapshot - ARRAY['state', 'version', 'attempt', 'terminated_at']), '{{}}') END, detail
        FROM jobs_jobevent_old ORDER BY id;
    INSERT INTO jobs_log (id, job_id, first, count, lines)
        SELECT id, job_id, first, count, lines FROM jobs_logchunk_old ORDER BY id;
    SELECT setval('jobs_event_id_seq', coalesce(max(id), 1), max(id) IS NOT NULL) FROM jobs_event;
    SELECT setval('jobs_log_id_seq', coalesce(max(id), 1), max(id) IS NOT NULL) FROM jobs_log;
    INSERT INTO jobs_feed (last_seq, event_ids, job_ids, at)
        SELECT max(seq), array_agg(event.id ORDER BY seq), array_agg(event.job_id ORDER BY seq), max(event.at)
        FROM generate_series((SELECT min(seq) FROM jobs_jobevent_old), (SELECT max(seq) FROM jobs_jobevent_old)) AS seq
            LEFT JOIN jobs_jobevent_old AS event USING (seq)
        GROUP BY seq / 1000 HAVING count(event.id) > 0;
    INSERT INTO jobs_relaystate
        SELECT last_seq, coalesce((SELECT max(id) FROM jobs_jobevent_old), 0),
            coalesce((SELECT range_agg(int8range(id, id, '[]')) FROM jobs_jobevent_old WHERE seq IS NULL), '{{}}'),
            '{{}}', '0', now()
        FROM jobs_relay;
"""

# What the relay counts as it numbers events: jobs/dispatcher/counting.py. Ends without a number are counted later.
_BUCKETS = "ARRAY[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200]::float8[]"


def _histogram(seconds: str) -> str:
    counts = (
        f"count(*) FILTER (WHERE width_bucket({seconds}, {_BUCKETS}) = {bucket})" for bucket in range(17)
    )
    return f"ARRAY[{', '.join(counts)}]::integer[]"


COUNT = f"""
    INSERT INTO jobs_total SELECT (job.created_at AT TIME ZONE 'UTC')::date, job.job_type, job.state, count(*)
        FROM jobs_ended AS job JOIN jobs_jobevent_old AS event ON event.job_id = job.id
        WHERE event.kind = 'job_terminated' AND event.seq IS NOT NULL GROUP BY 1, 2, 3;
    INSERT INTO jobs_minute SELECT minute, job_type, queue, count(*) FILTER (WHERE kind = 'job_created'),
            count(*) FILTER (WHERE kind = 'job_started'),
            count(*) FILTER (WHERE kind = 'job_terminated' AND state = 'succeeded'),
            count(*) FILTER (WHERE kind = 'job_terminated' AND reason = 'error'),
            count(*) FILTER (WHERE kind = 'job_terminated' AND reason = 'timeout'),
            count(*) FILTER (WHERE kind = 'job_terminated' AND reason = 'worker_lost'),
            count(*) FILTER (WHERE kind = 'job_terminated' AND reason = 'handler_not_found'),
            count(*) FILTER (WHERE kind = 'job_terminated' AND state = 'terminated'),
            coalesce(sum(wait), 0), {_histogram("wait")}, coalesce(sum(run), 0), {_histogram("run")}
        FROM (
            SELECT event.kind, date_trunc('minute', event.at) AS minute, job.job_type, job.queue, job.state, job.reason,
                CASE event.kind WHEN 'job_started' THEN greatest(extract(epoch FROM event.at
                    - (event.snapshot ->> 'start_time')::timestamptz), 0)::float8 END AS wait,
                CASE WHEN event.kind = 'job_terminated' AND job.started_at >= job.start_time THEN
                    extract(epoch FROM job.terminated_at - job.started_at)::float8 END AS run
            FROM jobs_jobevent_old AS event JOIN jobs_job_old AS job ON job.id = event.job_id
            WHERE event.seq IS NOT NULL AND event.kind IN ('job_created', 'job_started', 'job_terminated')
        ) AS facts GROUP BY minute, job_type, queue;
"""

INDEX = """
    ALTER TABLE jobs_ended ADD CONSTRAINT jobs_ended_pkey PRIMARY KEY (id);
    CREATE INDEX ended_by_type ON jobs_ended (job_type, id);
    CREATE INDEX ended_by_state ON jobs_ended (state, id);
    CREATE INDEX ended_otherwise_by_type ON jobs_ended (job_type, id) WHERE NOT (state = 'succeeded');
    CREATE INDEX ended_by_reason ON jobs_ended (reason, id) WHERE reason IS NOT NULL;
    CREATE INDEX ended_by_queue ON jobs_ended (queue, id) WHERE NOT (queue = 'default');
    CREATE INDEX ended_by_author ON jobs_ended (created_by, id);
    CREATE INDEX ended_by_end ON jobs_ended (terminated_at);
    CREATE INDEX ended_by_series ON jobs_ended (series_id, series_number) WHERE series_id IS NOT NULL;
    CREATE INDEX ended_by_origin ON jobs_ended (rerun_of) WHERE rerun_of IS NOT NULL;
    CREATE INDEX ended_by_parent ON jobs_ended (parent) WHERE parent IS NOT NULL;
    CREATE INDEX ended_by_group ON jobs_ended (failure_group, id) WHERE failure_group IS NOT NULL;
    CREATE INDEX event_by_id ON jobs_event (id);
    CREATE INDEX event_by_job ON jobs_event (job_id);
    CREATE INDEX event_to_prune ON jobs_event (at) WHERE kind IN ('job_progress', 'job_log');
    CREATE UNIQUE INDEX event_once_created ON jobs_event (job_id) WHERE kind = 'job_created';
    CREATE UNIQUE INDEX event_once_terminated ON jobs_event (job_id) WHERE kind = 'job_terminated';
    ALTER TABLE jobs_log ADD CONSTRAINT log_once UNIQUE (job_id, first);
"""

# Both halves have the same types, so that Postgres reads each by its own indexes.
VIEW = f"""
    CREATE VIEW jobs_job AS
    SELECT {_SAME}, parent, tags, traceparent, {_LIVE_ONLY}, NULL::timestamptz AS terminated_at,
        NULL::jsonb AS result, NULL::text AS failure_group
    FROM jobs_live
    UNION ALL
    SELECT {_SAME}, parent, tags, traceparent, NULL::text, false, 0, 0, NULL::integer, false, NULL::uuid,
        NULL::timestamptz, NULL::integer, 0, NULL::timestamptz, NULL::timestamptz, 0, false,
        terminated_at, result, failure_group
    FROM jobs_ended
"""

# The records under the former labels were kept for code that does not run on this schema.
FINISH = """
    DROP TABLE jobs_job_old, jobs_jobevent_old, jobs_logchunk_old, jobs_relay;
    DELETE FROM django_migrations AS former USING django_migrations AS own
        WHERE former.app IN ('accounts', 'jobs') AND own.app = 'restjob_' || former.app
            AND own.name = former.name AND own.applied = former.applied;
    UPDATE schema_compatibility SET oldest_code = 2;
"""

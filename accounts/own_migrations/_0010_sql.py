"""SQL of 0010: the tables of the audit trail, what guards them, and what copies entries of the former table."""

TABLES = """
CREATE TABLE accounts_audit (
    at timestamptz NOT NULL, id uuid NOT NULL, actor text NOT NULL, on_behalf_of text NOT NULL, address text,
    via text NOT NULL, action text NOT NULL, object text NOT NULL, before text, after text, key_id text NOT NULL,
    mac bytea NOT NULL, PRIMARY KEY (at, id)
) PARTITION BY RANGE (at);
CREATE TABLE accounts_audit_default PARTITION OF accounts_audit DEFAULT;
CREATE INDEX audit_by_object ON accounts_audit (object, at);
CREATE INDEX audit_by_actor ON accounts_audit (actor, at);
CREATE INDEX audit_by_action ON accounts_audit (action, at);
CREATE INDEX audit_by_via ON accounts_audit (via, at);

CREATE TABLE accounts_auditlink (
    seq bigint NOT NULL, linked_at timestamptz NOT NULL, entry_at timestamptz NOT NULL, entry_id uuid NOT NULL,
    hash bytea NOT NULL, key_id text NOT NULL, mac bytea NOT NULL, PRIMARY KEY (seq, linked_at)
) PARTITION BY RANGE (linked_at);
CREATE TABLE accounts_auditlink_default PARTITION OF accounts_auditlink DEFAULT;
CREATE INDEX auditlink_by_entry ON accounts_auditlink (entry_at, entry_id);

CREATE TABLE accounts_auditpending (at timestamptz NOT NULL, id uuid NOT NULL, PRIMARY KEY (at, id));
CREATE TABLE accounts_audithead (
    id smallint PRIMARY KEY CHECK (id = 1), seq bigint NOT NULL, hash bytea NOT NULL, key_id text NOT NULL,
    mac bytea NOT NULL
);
CREATE TABLE accounts_auditcheckpoint (
    seq bigint NOT NULL, dropped_before timestamptz NOT NULL, hash bytea NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(), key_id text NOT NULL, mac bytea NOT NULL,
    PRIMARY KEY (dropped_before, seq, mac)
);
DO $$
DECLARE one text; named text;
BEGIN
    -- Times that every program can hold: one row with `infinity` would stop whatever reads it.
    FOR one, named IN VALUES ('accounts_audit', 'at'), ('accounts_auditpending', 'at'), ('accounts_auditlink', 'linked_at'),
        ('accounts_auditlink', 'entry_at'), ('accounts_auditcheckpoint', 'dropped_before')
    LOOP
        EXECUTE format('ALTER TABLE %I ADD CHECK (%I >= %L AND %I < %L)', one, named, '1000-01-01 00:00:00+00', named,
            '9000-01-01 00:00:00+00');
    END LOOP;
END $$;
"""

# A trigger on each table, and the one of TRUNCATE on each partition, which the function below adds.
GUARDS = """
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON accounts_audit
    FOR EACH ROW EXECUTE FUNCTION accounts_audit_is_append_only();
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON accounts_auditlink
    FOR EACH ROW EXECUTE FUNCTION accounts_audit_is_append_only();
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON accounts_auditcheckpoint
    FOR EACH ROW EXECUTE FUNCTION accounts_audit_is_append_only();
DO $$
DECLARE guarded text;
BEGIN
    FOREACH guarded IN ARRAY ARRAY['accounts_audit', 'accounts_audit_default', 'accounts_auditlink',
        'accounts_auditlink_default', 'accounts_auditcheckpoint', 'accounts_audithead', 'accounts_auditentry']
    LOOP
        EXECUTE format('CREATE TRIGGER audit_is_kept BEFORE TRUNCATE ON %I
            FOR EACH STATEMENT EXECUTE FUNCTION accounts_audit_is_append_only()', guarded);
    END LOOP;
END $$;
"""

# These run with the rights of their owner, which may be another role than the platform's (deploy/audit-owner.sql).
PARTITIONS = """
CREATE FUNCTION accounts_audit_make_partitions(month date) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    first timestamptz := date_trunc('month', month::timestamp) AT TIME ZONE 'UTC';
    upto timestamptz := (date_trunc('month', month::timestamp) + interval '1 month') AT TIME ZONE 'UTC';
    made boolean := false;
    parent text; key text; name text; is_taken boolean;
BEGIN
    IF first > now() + interval '100 days' THEN
        RAISE EXCEPTION 'too early for a partition of %', month USING ERRCODE = 'restrict_violation';
    END IF;
    FOR parent, key IN VALUES ('accounts_audit', 'at'), ('accounts_auditlink', 'linked_at') LOOP
        name := parent || to_char(month, '_YYYYMM');
        EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE %I >= $1 AND %I < $2)', parent || '_default', key, key)
            INTO is_taken USING first, upto;
        CONTINUE WHEN is_taken OR to_regclass(quote_ident(name)) IS NOT NULL;
        EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', name, parent, first, upto);
        EXECUTE format('CREATE TRIGGER audit_is_kept BEFORE TRUNCATE ON %I
            FOR EACH STATEMENT EXECUTE FUNCTION accounts_audit_is_append_only()', name);
        made := true;
    END LOOP;
    RETURN made;
END $$;

CREATE FUNCTION accounts_audit_drop_partition(parent text, month date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    upto timestamptz := (date_trunc('month', month::timestamp) + interval '1 month') AT TIME ZONE 'UTC';
    name text := parent || to_char(month, '_YYYYMM');
BEGIN
    IF parent NOT IN ('accounts_audit', 'accounts_auditlink') OR upto > now() - interval '30 days' THEN
        RAISE EXCEPTION 'the audit trail of the last 30 days is kept' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = to_regclass(quote_ident(name))
        AND inhparent = to_regclass(parent)) THEN
        RETURN false;
    END IF;
    EXECUTE format('DROP TABLE %I', name);
    RETURN true;
END $$;

DO $$
DECLARE made text;
BEGIN
    -- So that nobody's own tables or functions take the place of those that are meant.
    FOREACH made IN ARRAY ARRAY['accounts_audit_make_partitions(date)', 'accounts_audit_drop_partition(text, date)'] LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', made, current_schema());
    END LOOP;
END $$;

SELECT accounts_audit_make_partitions(month::date) FROM generate_series(
    date_trunc('month', greatest(
        coalesce((SELECT min(at) FROM accounts_auditentry), now()), now() - interval '5 years') AT TIME ZONE 'UTC'),
    date_trunc('month', now() AT TIME ZONE 'UTC') + interval '2 months', interval '1 month') AS month;
"""

# Code of the version before goes on to write to the former table while processes of both versions run.
FORMER = """
CREATE FUNCTION accounts_audit_copy(former accounts_auditentry) RETURNS void LANGUAGE sql AS $$
    WITH entry AS (
        INSERT INTO accounts_audit (at, id, actor, on_behalf_of, address, via, action, object, before, after, key_id, mac)
        SELECT former.at,
            (lpad(to_hex(floor(extract(epoch FROM former.at) * 1000)::bigint), 12, '0') || '70008'
                || lpad(to_hex(former.id), 15, '0'))::uuid,
            former.actor, '', host(former.ip),
            CASE WHEN former.actor = 'system' THEN 'system' WHEN former.actor LIKE 'cli:%' THEN 'cli' ELSE '' END,
            former.action,
            CASE WHEN former.object ~ '^(group|grant):' THEN former.object
                WHEN former.action LIKE 'template\\_%' THEN 'template:' || former.object
                WHEN former.action LIKE 'series\\_%' THEN 'series:' || former.object
                WHEN former.action LIKE 'operation\\_%' THEN 'operation:' || former.object
                WHEN former.action = 'view_begun' AND former.object LIKE 'role %' THEN 'role:' || substr(former.object, 6)
                ELSE 'user:' || former.object END,
            CASE WHEN former.detail ?& '{before,after}' THEN nullif(former.detail -> 'before', 'null')::text END,
            CASE WHEN former.detail ?& '{before,after}' THEN nullif(former.detail -> 'after', 'null')::text
                ELSE nullif(former.detail, '{}')::text END,
            'former', ''
        ON CONFLICT DO NOTHING RETURNING id, at
    )
    INSERT INTO accounts_auditpending (id, at) SELECT id, at FROM entry
$$;
CREATE FUNCTION accounts_audit_copy_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM accounts_audit_copy(NEW);
    RETURN NULL;
END $$;
CREATE TRIGGER audit_is_copied AFTER INSERT ON accounts_auditentry
    FOR EACH ROW EXECUTE FUNCTION accounts_audit_copy_new();
SELECT accounts_audit_copy(former) FROM accounts_auditentry AS former;
"""

UNDO = """
DROP TRIGGER audit_is_copied ON accounts_auditentry;
DROP TRIGGER audit_is_kept ON accounts_auditentry;
DROP FUNCTION accounts_audit_copy_new(), accounts_audit_copy(accounts_auditentry),
    accounts_audit_make_partitions(date), accounts_audit_drop_partition(text, date);
DROP TABLE accounts_audit, accounts_auditlink, accounts_auditpending, accounts_audithead, accounts_auditcheckpoint;
"""

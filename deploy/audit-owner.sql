-- Gives the audit trail's tables to a database role of their own, so that the platform's role may read and add, and
-- nothing else. Run it as a superuser, once after `migrate`; to repeat it does no harm:
--
--   psql "$ADMIN_DATABASE_URL" -v platform=restjobscheduler -v owner=restjobscheduler_audit -f deploy/audit-owner.sql
--
-- `platform` is the role in DATABASE_URL, no superuser, and without CREATEROLE. `owner` is made if it is not there; nobody signs in with it.
\set ON_ERROR_STOP on

BEGIN;
SELECT set_config('audit_owner.platform', :'platform', true), set_config('audit_owner.owner', :'owner', true);

DO $$
DECLARE
    platform text := current_setting('audit_owner.platform');
    owner text := current_setting('audit_owner.owner');
    kept text[] := ARRAY['accounts_audit', 'accounts_auditlink', 'accounts_auditcheckpoint', 'accounts_auditentry'];
    used text[] := ARRAY['accounts_auditpending', 'accounts_audithead'];
    made text[] := ARRAY['accounts_audit_make_partitions(date)', 'accounts_audit_drop_partition(text, date)'];
    one text;
BEGIN
    IF to_regclass('accounts_audit') IS NULL THEN
        RAISE EXCEPTION 'there is no audit trail here: run manage.py migrate first';
    END IF;
    IF (SELECT rolsuper FROM pg_roles WHERE rolname = platform) IS DISTINCT FROM false THEN
        RAISE EXCEPTION 'the platform''s role % has to exist, and must not be a superuser', platform;
    END IF;
    -- Nobody inherits these rights, but a member may SET ROLE to the role that has them.
    IF EXISTS (SELECT FROM pg_roles WHERE (rolcreaterole OR rolsuper) AND pg_has_role(platform, oid, 'MEMBER')) THEN
        RAISE EXCEPTION 'the role % has CREATEROLE, or is a member of a role with it, and could make itself a member of %',
            platform, owner;
    END IF;
    IF pg_has_role(platform, (SELECT datdba FROM pg_database WHERE datname = current_database()), 'MEMBER') THEN
        RAISE WARNING 'the role % owns the database, and can drop it as a whole: ALTER DATABASE ... OWNER TO another',
            platform;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = owner) THEN
        EXECUTE format('CREATE ROLE %I NOLOGIN', owner);
    END IF;
    IF pg_has_role(platform, owner, 'MEMBER') THEN
        RAISE EXCEPTION 'the role % must not be a member of %', platform, owner;
    END IF;

    -- The owner of a schema may drop whatever is in it.
    EXECUTE format('ALTER SCHEMA %I OWNER TO %I', current_schema(), owner);
    EXECUTE format('GRANT USAGE, CREATE ON SCHEMA %I TO %I', current_schema(), platform);

    FOR one IN
        SELECT name FROM unnest(kept || used) AS name
        UNION ALL SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent::regclass::text = ANY(kept)
    LOOP
        EXECUTE format('ALTER TABLE %s OWNER TO %I', one, owner);
        EXECUTE format('REVOKE ALL ON %s FROM PUBLIC, %I', one, platform);
    END LOOP;
    FOREACH one IN ARRAY kept LOOP
        EXECUTE format('GRANT SELECT, INSERT ON %s TO %I', one, platform);
    END LOOP;
    EXECUTE format('GRANT SELECT, INSERT, DELETE ON accounts_auditpending TO %I', platform);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON accounts_audithead TO %I', platform);

    FOREACH one IN ARRAY made || ARRAY['accounts_audit_is_append_only()', 'accounts_audit_copy_new()',
        'accounts_audit_copy(accounts_auditentry)']
    LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO %I', one, owner);
    END LOOP;
    FOREACH one IN ARRAY made LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', one);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', one, platform);
    END LOOP;
END $$;
COMMIT;

// Generated from the API's OpenAPI document by `npm run types`: do not edit.

export interface paths {
    "/api/v1/audit/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * @description Who changed what, newest first; with `Accept: application/x-ndjson` all that matches, one entry a line.
         *
         *     What people and programs did to jobs is among it.
         */
        get: operations["audit_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description All events you may see, oldest first: a reader that follows `next` sees each exactly once. */
        get: operations["events_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/grants/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Lists all grants, oldest first. */
        get: operations["grants_list"];
        put?: never;
        /** @description Gives a user or a group rights on the job types that match patterns: `*` stands for any text. */
        post: operations["grants_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/grants/{grant_id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Returns one grant. */
        get: operations["grants_show"];
        put?: never;
        post?: never;
        /** @description Takes a grant back. */
        delete: operations["grants_delete"];
        options?: never;
        head?: never;
        /** @description Changes patterns or rights of a grant. For another user or group, create another grant. */
        patch: operations["grants_change"];
        trace?: never;
    };
    "/api/v1/grants/who/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Lists the users who have a right on a job type, by name, also those who are not active. */
        get: operations["grants_who"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/groups/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Lists all groups with their members, by name. */
        get: operations["groups_list"];
        put?: never;
        /** @description Creates a group. 409 `group_exists`. */
        post: operations["groups_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/groups/{group}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Returns one group with its members. */
        get: operations["groups_show"];
        put?: never;
        post?: never;
        /** @description Deletes a group, and with it the grants to it. */
        delete: operations["groups_delete"];
        options?: never;
        head?: never;
        /** @description Renames a group or replaces its members, who get or lose what its grants give. 409 `group_exists`. */
        patch: operations["groups_change"];
        trace?: never;
    };
    "/api/v1/jobs/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Jobs you may see, newest first, a page at a time: follow `next`. A slow one may end at `searched_until`. */
        get: operations["jobs_list"];
        put?: never;
        /** @description Create a job of a template. It is checked in full before a row exists. */
        post: operations["jobs_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{job_id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description One job with all its fields. 429 `too_many_waits` if too many requests wait at the same moment. */
        get: operations["jobs_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{job_id}/events/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The history of a job, oldest first: each attempt, and each step of a stop with its actor. */
        get: operations["jobs_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{job_id}/log/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Log lines with numbers above `after`. For later lines, ask again with `after` = `next`. */
        get: operations["jobs_log"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{job_id}/progress/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Report progress from outside while the job runs. */
        post: operations["jobs_progress"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{job_id}/rerun/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Run a job again: a new job with the same payload, or with the one given. */
        post: operations["jobs_rerun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{job_id}/terminate/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Stop a job: at once if it waits (200), as soon as its handler has stopped if it runs (202). */
        post: operations["jobs_terminate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/bulk/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Create up to 10,000 jobs, all or none. */
        post: operations["jobs_create_bulk"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/counts/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description How many jobs of each state pass the filters, of those you may see. */
        get: operations["jobs_counts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/rerun/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * @description Run the jobs of `ids` again, or those that pass `filter` at this moment, or `all`: a new job for each.
         *
         *     A refused job does not hinder the others; `dry_run` creates none. More than 1,000 are run again in the
         *     background: 202 with the address of the operation.
         */
        post: operations["jobs_rerun_many"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/terminate/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * @description Stop the jobs of `ids`, or those that pass `filter` at this moment, or `all`; `dry_run` only counts.
         *
         *     More than 1,000 are stopped in the background: 202 with the address of the operation.
         */
        post: operations["jobs_terminate_many"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/operations/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Operations of the last days that you may see, newest first, a page at a time: follow `next`. */
        get: operations["operations_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/operations/{operation_id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Progress of an operation, and why jobs were refused. `done` + `refused` = `matched` when it is done. */
        get: operations["operations_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/operations/{operation_id}/cancel/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Cancel an operation: jobs not worked on yet are left out, what was done stays done. 409 if all is done. */
        post: operations["operations_cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/processes/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description All processes that reported within the last 30 seconds, and what keeps dispatchers from their work. */
        get: operations["processes_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/queues/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Queues with due jobs or workers: how many wait, how long the oldest, how many workers serve it. */
        get: operations["queues_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/secrets/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Lists all shared secrets by name, without their values. */
        get: operations["secrets_list"];
        put?: never;
        /** @description Creates a secret that templates may name by `secretRef`. 409 `secret_exists`. */
        post: operations["secrets_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/secrets/{secret}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Returns one shared secret, without its value. */
        get: operations["secrets_show"];
        put?: never;
        post?: never;
        /** @description Deletes it. 409 `in_use` while templates refer to it. */
        delete: operations["secrets_delete"];
        options?: never;
        head?: never;
        /** @description Changes it for all runs that begin from now on. 409 `in_use` if a template that uses it matches no more. */
        patch: operations["secrets_change"];
        trace?: never;
    };
    "/api/v1/series/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Every series that you may see, by job type. */
        get: operations["series_list"];
        put?: never;
        /** @description Create a further series of a job type, with a payload and a timing of its own. */
        post: operations["series_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/series/{series_id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description One series, with its next start and its last job. */
        get: operations["series_get"];
        put?: never;
        post?: never;
        /** @description Delete a series: its waiting job is terminated, a running one may finish. 409 for a template's own series. */
        delete: operations["series_delete"];
        options?: never;
        head?: never;
        /** @description Change payload or timing; the waiting job follows. 409 for a template's own series. */
        patch: operations["series_change"];
        trace?: never;
    };
    "/api/v1/series/{series_id}/pause/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Pause a series, until a time if one is given: its waiting job is terminated, a running one may finish. */
        post: operations["series_pause"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/series/{series_id}/resume/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Continue a paused series with a new waiting job. */
        post: operations["series_resume"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/series/{series_id}/run_now/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Make the waiting job of a series due now. 409 while one runs. */
        post: operations["series_run_now"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/series/{series_id}/upcoming/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The next start times; none while the series is paused without an end, or has ended. */
        get: operations["series_upcoming"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/series/preview/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description The start times that a series with these fields would have. Without a job type only the timing is checked. */
        post: operations["series_preview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Returns who is signed in, or null. Sets the `csrftoken` cookie that signing in needs. */
        get: operations["session_show"];
        put?: never;
        /**
         * @description Signs in. Needs `X-CSRFToken`; 400 `invalid_credentials`, 403 `local_sign_in_off`, 429 `locked_out`.
         *
         *     401 `second_factor` if the account has one: go on at `session/second-factor/`. The body also has `methods`, a
         *     list of `totp`, `passkey` and `recovery_code`, and, with a passkey, `passkey_options` for
         *     `PublicKeyCredential.parseRequestOptionsFromJSON()`.
         */
        post: operations["session_sign_in"];
        /** @description Signs out. */
        delete: operations["session_sign_out"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/factors/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Returns your second factors, and how many recovery codes you have left. */
        get: operations["factors_show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/factors/passkeys/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Stores the passkey that the browser made. Returns recovery codes if it is your first factor. */
        post: operations["factors_passkeys_add"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/factors/passkeys/{passkey_id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** @description Removes one of your passkeys. The body is as for adding one: `{password?}`. */
        delete: operations["factors_passkeys_remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/factors/passkeys/begin/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Begins to make a passkey, within five minutes. 409 `passkeys_need_a_name` on an IP address. */
        post: operations["factors_passkeys_begin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/factors/recovery-codes/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Makes ten new recovery codes; the old ones do not work any more. */
        post: operations["factors_recovery_codes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/factors/totp/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Begins to set up an authenticator app: returns a new secret, which no other response has. */
        post: operations["factors_totp_begin"];
        /** @description Removes the authenticator app. The body is as for adding one: `{password?}`. */
        delete: operations["factors_totp_remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/factors/totp/confirm/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Confirms the app with its first code. Returns recovery codes if it is your first factor. 400 `wrong_code`. */
        post: operations["factors_totp_confirm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/password/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * @description Changes your password and ends your other sessions. 400 `invalid_credentials`, 429 `locked_out`.
         *
         *     409 `provider_account` if you sign in by the provider, since you have no password here.
         */
        post: operations["session_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/second-factor/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Completes a sign-in, in five minutes and five attempts. 400 `wrong_second_factor`, 401 `sign_in_first`. */
        post: operations["session_second_factor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/view-as/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Shows what another user, or anybody with a role, sees, until DELETE. Nothing can be changed meanwhile. */
        post: operations["session_view_as"];
        /** @description Ends this: you see again what you may see. */
        delete: operations["session_view_as_end"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Lists your sessions, newest first; for admins those of another user. */
        get: operations["sessions_list"];
        put?: never;
        post?: never;
        /** @description Ends all your sessions but the one of this request; for admins all those of another user. */
        delete: operations["sessions_end_all"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session_id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** @description Ends a session: one of your own or, as admin, any. With a token this needs the scope `manage`. */
        delete: operations["sessions_end"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stats/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * @description How many jobs were created and ended in each step, and how long they waited and ran, of those you may see.
         *
         *     A job counts once its events are numbered, which takes milliseconds. Quantiles are estimated from histograms.
         */
        get: operations["stats_by_step"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stats/types/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The same by job type, with the usual duration of a run and the last error; over seven days by default. */
        get: operations["stats_by_type"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/template-preview/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * @description Checks a document that is not stored: its form, or all its problems; with `payload`, also its validation.
         *
         *     `next_runs` are the first start times of a series of the template, if it recurs.
         */
        post: operations["templates_preview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Lists every template that is not archived and that you may see, by type. */
        get: operations["templates_list"];
        put?: never;
        /** @description Creates a template; 409 if there is one of that type already. */
        post: operations["templates_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates/{job_type}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Returns one template's document and its `meta`. */
        get: operations["templates_get"];
        /**
         * @description Replaces the document; a change makes a new version.
         *
         *     409 with a list if the new version rejects payloads of series or waiting jobs, unless `force` is given.
         */
        put: operations["templates_replace"];
        post?: never;
        /** @description Deletes a template; one that has jobs is archived instead. */
        delete: operations["templates_delete"];
        options?: never;
        head?: never;
        /** @description Replaces some keys of the document; null removes an optional key. */
        patch: operations["templates_change"];
        trace?: never;
    };
    "/api/v1/templates/{job_type}/form/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Returns what a form is built from: JSON Schema 2020-12, hints, default values. */
        get: operations["templates_form"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates/{job_type}/rollback/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Stores the document of `version` as a new version, unless the newest is equal. Checked like any change. */
        post: operations["templates_rollback"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates/{job_type}/validate/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * @description Returns the payload with defaults filled in, or the 400 that creating the job would answer.
         *
         *     Only the payload is validated. Whether the template is archived or disabled, or has no handler, is checked when
         *     a job is created.
         */
        post: operations["templates_validate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates/{job_type}/versions/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Lists every version, newest first. */
        get: operations["templates_versions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates/{job_type}/versions/{version}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Returns a version, and its changes `against` another: dotted paths with the values before and after. */
        get: operations["templates_version"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates/export/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Returns the authors' documents, ready to be imported again. Restricted ones you may not edit are left out. */
        get: operations["templates_export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates/import/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * @description Stores every template of the file, or none. `prune` archives the templates that are not in it. `dry_run`
         *     stores nothing and reports what would change in each template.
         */
        post: operations["templates_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Lists your tokens, newest first, including expired ones; for admins those of another user. */
        get: operations["tokens_list"];
        put?: never;
        /** @description Creates a token with your rights, for `Authorization: Token ...`. Keep it: it cannot be shown again. */
        post: operations["tokens_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/{token_id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** @description Revokes a token: one of your own or, as admin, any. With a token this needs the scope `manage`. */
        delete: operations["tokens_revoke"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Lists users, by name. */
        get: operations["users_list"];
        put?: never;
        /** @description Creates a user. 409 `user_exists`. */
        post: operations["users_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{username}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Returns one user, with all grants that give the user rights. */
        get: operations["users_show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** @description Changes a user, whose sessions end if it is more than the groups. 409 `last_admin`, `provider_account`. */
        patch: operations["users_change"];
        trace?: never;
    };
    "/api/v1/users/{username}/factors/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** @description Removes all second factors and recovery codes of a user, whose password alone signs in then. */
        delete: operations["users_reset_factors"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{username}/reset/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * @description Makes a link with which the user sets a new password, once, within 24 hours. Send it to that user only.
         *
         *     409 `provider_account` for somebody who signs in by the provider.
         */
        post: operations["users_reset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workers/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Workers whose heartbeat came within the last 30 seconds. */
        get: operations["workers_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ws-tickets/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Issues a ticket: open `/ws/jobs/?ticket=...` with it, once, within 30 seconds. */
        post: operations["ws_tickets_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Errors: {
            type: string;
            errors: {
                /** @description Which rule, such as `required`, `unknown_parameter` or `duplicate_key`. */
                code: string;
                /** @description What is wrong, as a sentence for people. */
                detail: string;
                /** @description Where: a dotted path such as `payload.user_id`. */
                attr: string | null;
                /** @description The value at that place; only in answers about templates. */
                value?: unknown;
                /** @description What to write instead, where that is known. */
                remedy?: string;
            }[];
        };
    };
    responses: {
        /** @description Something in the address or the body breaks a rule. */
        400: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Errors"];
            };
        };
        /** @description The request has no valid token or session. */
        401: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Errors"];
            };
        };
        /** @description Role, grants or scope do not give the right, a second factor is missing, or a browser's X-CSRFToken. */
        403: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Errors"];
            };
        };
        /** @description What the request names does not exist. */
        404: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Errors"];
            };
        };
        /** @description The answer is not available in the requested format. */
        406: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Errors"];
            };
        };
        /** @description The current state does not allow the request. */
        409: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Errors"];
            };
        };
        /** @description The body is too large. */
        413: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Errors"];
            };
        };
        /** @description The body is not application/json. */
        415: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Errors"];
            };
        };
        /** @description Too many requests, at the same moment or with this session: try again after Retry-After seconds. */
        429: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Errors"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    audit_list: {
        parameters: {
            query?: {
                /** @description Such as `template_updated`, `signed_in` or `job_created`. */
                action?: string;
                /** @description The name of who acted. */
                actor?: string;
                /** @description Only entries of this time or later. */
                after?: string;
                /** @description Only entries of before this time. */
                before?: string;
                /** @description Where the page begins: an opaque text from `next` or `previous`. */
                cursor?: string;
                /** @description Such as `user:ada.lovelace`. */
                object?: string;
                /** @description How many rows a page has, at most 200. */
                page_size?: number;
                via?: "api" | "ui" | "admin" | "cli" | "hook" | "mcp" | "system";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        next: string | null;
                        previous: string | null;
                        results: {
                            id: string;
                            /** Format: date-time */
                            at: string;
                            actor: string;
                            /** @description Who or what stands behind the actor: the API token, or who typed `--as`. */
                            on_behalf_of: string | null;
                            address: string | null;
                            /**
                             * @description The door; null for entries of a version that did not know it.
                             * @enum {string|null}
                             */
                            via: "api" | "ui" | "admin" | "cli" | "hook" | "mcp" | "system" | null;
                            action: string;
                            /** @description Such as `job:UUID`, `template:TYPE`, `series:ID` or `user:NAME`. */
                            object: string;
                            /** @description Only what changed. */
                            before: {
                                [key: string]: unknown;
                            } | null;
                            after: {
                                [key: string]: unknown;
                            } | null;
                        }[];
                        /**
                         * Format: date-time
                         * @description The page ended early, because reading took long: what is older was not looked at yet.
                         */
                        searched_until?: string;
                    };
                    "application/x-ndjson": {
                        id: string;
                        /** Format: date-time */
                        at: string;
                        actor: string;
                        /** @description Who or what stands behind the actor: the API token, or who typed `--as`. */
                        on_behalf_of: string | null;
                        address: string | null;
                        /**
                         * @description The door; null for entries of a version that did not know it.
                         * @enum {string|null}
                         */
                        via: "api" | "ui" | "admin" | "cli" | "hook" | "mcp" | "system" | null;
                        action: string;
                        /** @description Such as `job:UUID`, `template:TYPE`, `series:ID` or `user:NAME`. */
                        object: string;
                        /** @description Only what changed. */
                        before: {
                            [key: string]: unknown;
                        } | null;
                        after: {
                            [key: string]: unknown;
                        } | null;
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            406: components["responses"]["406"];
            429: components["responses"]["429"];
        };
    };
    events_list: {
        parameters: {
            query?: {
                after?: number;
                /** @description How many rows a page has, at most 200. */
                page_size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        results: {
                            notification_type: string;
                            seq: number;
                            data: {
                                /** Format: uuid */
                                job_id: string;
                                job_type: string;
                                template_version: number;
                                /** @enum {string} */
                                state: "scheduled" | "queued" | "running" | "succeeded" | "failed" | "terminated";
                                /** @enum {string|null} */
                                reason: "error" | "timeout" | "worker_lost" | "handler_not_found" | null;
                                payload: {
                                    [key: string]: unknown;
                                } | null;
                                /** Format: date-time */
                                start_time: string;
                                /** Format: date-time */
                                created_at: string;
                                /** Format: date-time */
                                started_at: string | null;
                                /** Format: date-time */
                                terminated_at: string | null;
                                completion_percentage: number;
                                progress_message: string | null;
                                error: {
                                    type: string;
                                    message: string;
                                    traceback?: string;
                                } | null;
                                attempt: number;
                                max_attempts: number;
                                priority: number;
                                queue: string;
                                worker: string | null;
                                created_by: string;
                                /** Format: uuid */
                                series: string | null;
                                /** Format: uuid */
                                rerun_of: string | null;
                                /** Format: date-time */
                                terminate_requested_at: string | null;
                                waiting_reason: string | null;
                                version: number;
                                /** @description You may only see that it ran: payload, result, error and messages are null. */
                                hidden: boolean;
                                /** @description Whether `payload` is shortened here; GET of the job returns all of it. */
                                truncated?: boolean;
                            };
                        }[];
                        next: number;
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            406: components["responses"]["406"];
            429: components["responses"]["429"];
        };
    };
    grants_list: {
        parameters: {
            query?: {
                /** @description Where the page begins: an opaque text from `next` or `previous`. */
                cursor?: string;
                /** @description Only grants to this group. */
                group?: string;
                /** @description Only grants with a pattern that matches this job type. */
                job_type?: string;
                /** @description How many rows a page has, at most 200. */
                page_size?: number;
                /** @description Only grants to this user, not those to the user's groups. */
                user?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        next: string | null;
                        previous: string | null;
                        results: {
                            id: number;
                            user: string | null;
                            group: string | null;
                            job_types: string[];
                            /** @description Each includes `see`. */
                            rights: ("see" | "read" | "run" | "stop" | "edit")[];
                            /** Format: date-time */
                            created_at: string;
                            created_by: string;
                        }[];
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            406: components["responses"]["406"];
            429: components["responses"]["429"];
        };
    };
    grants_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Who gets the rights: a user or a group. */
                    user?: string;
                    group?: string;
                    job_types: string[];
                    /** @description Each includes `see`. */
                    rights: ("see" | "read" | "run" | "stop" | "edit")[];
                };
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: number;
                        user: string | null;
                        group: string | null;
                        job_types: string[];
                        /** @description Each includes `see`. */
                        rights: ("see" | "read" | "run" | "stop" | "edit")[];
                        /** Format: date-time */
                        created_at: string;
                        created_by: string;
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            406: components["responses"]["406"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    grants_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                grant_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: number;
                        user: string | null;
                        group: string | null;
                        job_types: string[];
                        /** @description Each includes `see`. */
                        rights: ("see" | "read" | "run" | "stop" | "edit")[];
                        /** Format: date-time */
                        created_at: string;
                        created_by: string;
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            429: components["responses"]["429"];
        };
    };
    grants_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                grant_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No response body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            413: components["responses"]["413"];
            429: components["responses"]["429"];
        };
    };
    grants_change: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                grant_id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    job_types?: string[];
                    /** @description Each includes `see`. */
                    rights?: ("see" | "read" | "run" | "stop" | "edit")[];
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: number;
                        user: string | null;
                        group: string | null;
                        job_types: string[];
                        /** @description Each includes `see`. */
                        rights: ("see" | "read" | "run" | "stop" | "edit")[];
                        /** Format: date-time */
                        created_at: string;
                        created_by: string;
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    grants_who: {
        parameters: {
            query: {
                /** @description Where the page begins: an opaque text from `next` or `previous`. */
                cursor?: string;
                /** @description The type of a template. */
                job_type: string;
                /** @description How many rows a page has, at most 200. */
                page_size?: number;
                right?: "see" | "read" | "run" | "stop" | "edit";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        next: string | null;
                        previous: string | null;
                        results: {
                            name: string;
                            role: string;
                            active: boolean;
                            /** @description What gives the right, such as `role operator` or `grant 12 to group ops`. */
                            by: string[];
                        }[];
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            429: components["responses"]["429"];
        };
    };
    groups_list: {
        parameters: {
            query?: {
                /** @description Where the page begins: an opaque text from `next` or `previous`. */
                cursor?: string;
                /** @description How many rows a page has, at most 200. */
                page_size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        next: string | null;
                        previous: string | null;
                        results: {
                            name: string;
                            members: string[];
                        }[];
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            406: components["responses"]["406"];
            429: components["responses"]["429"];
        };
    };
    groups_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    name: string;
                    /** @description Names of users. */
                    members?: string[];
                };
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        members: string[];
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            406: components["responses"]["406"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    groups_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                group: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        members: string[];
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            429: components["responses"]["429"];
        };
    };
    groups_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                group: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No response body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            413: components["responses"]["413"];
            429: components["responses"]["429"];
        };
    };
    groups_change: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                group: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    name?: string;
                    /** @description All members from now on. */
                    members?: string[];
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        members: string[];
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    jobs_list: {
        parameters: {
            query?: {
                /** @description Only jobs newer than the one with this id; `previous` contains it. */
                after?: string;
                /** @description Only jobs older than the one with this id; `next` contains it. */
                before?: string;
                created_after?: string;
                created_before?: string;
                created_by?: string;
                ended_after?: string;
                ended_before?: string;
                /** @description Repeatable. */
                job_type?: string[];
                /** @description How many rows a page has, at most 200. */
                page_size?: number;
                /** @description Repeatable. */
                queue?: string[];
                reason?: "error" | "timeout" | "worker_lost" | "handler_not_found";
                rerun_of?: string;
                /** @description An id or its beginning, or a part of the type's or the author's name. */
                search?: string;
                series?: string;
                /** @description Repeatable. */
                state?: ("scheduled" | "queued" | "running" | "succeeded" | "failed" | "terminated")[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        next: string | null;
                        previous: string | null;
                        results: {
                            /** Format: uuid */
                            job_id: string;
                            job_type: string;
                            template_version: number;
                            /** @enum {string} */
                            state: "scheduled" | "queued" | "running" | "succeeded" | "failed" | "terminated";
                            /** @enum {string|null} */
                            reason: "error" | "timeout" | "worker_lost" | "handler_not_found" | null;
                            payload: {
                                [key: string]: unknown;
                            } | null;
                            /** Format: date-time */
                            start_time: string;
                            /** Format: date-time */
                            created_at: string;
                            /** Format: date-time */
                            started_at: string | null;
                            /** Format: date-time */
                            terminated_at: string | null;
                            completion_percentage: number;
                            progress_message: string | null;
                            error: {
                                type: string;
                                message: string;
                                traceback?: string;
                            } | null;
                            attempt: number;
                            max_attempts: number;
                            priority: number;
                            queue: string;
                            worker: string | null;
                            created_by: string;
                            /** Format: uuid */
                            series: string | null;
                            /** Format: uuid */
                            rerun_of: string | null;
                            /** Format: date-time */
                            terminate_requested_at: string | null;
                            waiting_reason: string | null;
                            version: number;
                            /** @description You may only see that it ran: payload, result, error and messages are null. */
                            hidden: boolean;
                            /** @description Whether `payload` is shortened here; GET of the job returns all of it. */
                            truncated?: boolean;
                        }[];
                        /**
                         * Format: date-time
                         * @description With `search`, and where a filter takes long: jobs created before were not looked at yet.
                         */
                        searched_until?: string | null;
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            406: components["responses"]["406"];
            429: components["responses"]["429"];
        };
    };
    jobs_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeated request with the same key and body within 24 h gets the same answer and creates nothing. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * job_type
                     * @description Which template to run.
                     */
                    job_type: string;
                    /** @description Values for the template's payload_schema; what is absent takes its default. */
                    payload?: unknown;
                    /**
                     * start_in_seconds
                     * @description The job is due this many seconds from now; default: the template's delay.
                     */
                    start_in_seconds?: number;
                    /**
                     * start_at
                     * Format: date-time
                     * @description When the job is due; a time in the past means now.
                     */
                    start_at?: string;
                    /** priority */
                    priority?: number;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        job_id: string;
                        job_type: string;
                        template_version: number;
                        /** @enum {string} */
                        state: "scheduled" | "queued" | "running" | "succeeded" | "failed" | "terminated";
                        /** @enum {string|null} */
                        reason: "error" | "timeout" | "worker_lost" | "handler_not_found" | null;
                        payload: {
                            [key: string]: unknown;
                        } | null;
                        /** Format: date-time */
                        start_time: string;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        started_at: string | null;
                        /** Format: date-time */
                        terminated_at: string | null;
                        completion_percentage: number;
                        progress_message: string | null;
                        error: {
                            type: string;
                            message: string;
                            traceback?: string;
                        } | null;
                        attempt: number;
                        max_attempts: number;
                        priority: number;
                        queue: string;
                        worker: string | null;
                        created_by: string;
                        /** Format: uuid */
                        series: string | null;
                        /** Format: uuid */
                        rerun_of: string | null;
                        /** Format: date-time */
                        terminate_requested_at: string | null;
                        waiting_reason: string | null;
                        version: number;
                        /** @description You may only see that it ran: payload, result, error and messages are null. */
                        hidden: boolean;
                        result: unknown;
                        /** @description Bytes of a result that was too large to store: `result` holds its beginning as `preview`. */
                        result_truncated: {
                            bytes: number;
                        } | null;
                    };
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        job_id: string;
                        job_type: string;
                        template_version: number;
                        /** @enum {string} */
                        state: "scheduled" | "queued" | "running" | "succeeded" | "failed" | "terminated";
                        /** @enum {string|null} */
                        reason: "error" | "timeout" | "worker_lost" | "handler_not_found" | null;
                        payload: {
                            [key: string]: unknown;
                        } | null;
                        /** Format: date-time */
                        start_time: string;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        started_at: string | null;
                        /** Format: date-time */
                        terminated_at: string | null;
                        completion_percentage: number;
                        progress_message: string | null;
                        error: {
                            type: string;
                            message: string;
                            traceback?: string;
                        } | null;
                        attempt: number;
                        max_attempts: number;
                        priority: number;
                        queue: string;
                        worker: string | null;
                        created_by: string;
                        /** Format: uuid */
                        series: string | null;
                        /** Format: uuid */
                        rerun_of: string | null;
                        /** Format: date-time */
                        terminate_requested_at: string | null;
                        waiting_reason: string | null;
                        version: number;
                        /** @description You may only see that it ran: payload, result, error and messages are null. */
                        hidden: boolean;
                        result: unknown;
                        /** @description Bytes of a result that was too large to store: `result` holds its beginning as `preview`. */
                        result_truncated: {
                            bytes: number;
                        } | null;
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    jobs_get: {
        parameters: {
            query?: {
                /** @description Answer only when the job has ended, or after this many seconds. */
                wait?: number;
            };
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        job_id: string;
                        job_type: string;
                        template_version: number;
                        /** @enum {string} */
                        state: "scheduled" | "queued" | "running" | "succeeded" | "failed" | "terminated";
                        /** @enum {string|null} */
                        reason: "error" | "timeout" | "worker_lost" | "handler_not_found" | null;
                        payload: {
                            [key: string]: unknown;
                        } | null;
                        /** Format: date-time */
                        start_time: string;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        started_at: string | null;
                        /** Format: date-time */
                        terminated_at: string | null;
                        completion_percentage: number;
                        progress_message: string | null;
                        error: {
                            type: string;
                            message: string;
                            traceback?: string;
                        } | null;
                        attempt: number;
                        max_attempts: number;
                        priority: number;
                        queue: string;
                        worker: string | null;
                        created_by: string;
                        /** Format: uuid */
                        series: string | null;
                        /** Format: uuid */
                        rerun_of: string | null;
                        /** Format: date-time */
                        terminate_requested_at: string | null;
                        waiting_reason: string | null;
                        version: number;
                        /** @description You may only see that it ran: payload, result, error and messages are null. */
                        hidden: boolean;
                        result: unknown;
                        /** @description Bytes of a result that was too large to store: `result` holds its beginning as `preview`. */
                        result_truncated: {
                            bytes: number;
                        } | null;
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            429: components["responses"]["429"];
        };
    };
    jobs_history: {
        parameters: {
            query?: {
                /** @description Where the page begins: an opaque text from `next` or `previous`. */
                cursor?: string;
                /** @description How many rows a page has, at most 200. */
                page_size?: number;
            };
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        next: string | null;
                        previous: string | null;
                        results: {
                            kind: string;
                            /** Format: date-time */
                            at: string;
                            actor: string;
                            /** @description The door: api, ui, admin, cli; null for what the platform did. */
                            via: string | null;
                            /** @description The client's network address; for admins only. */
                            address: string | null;
                            attempt: number;
                            /** @enum {string} */
                            state: "scheduled" | "queued" | "running" | "succeeded" | "failed" | "terminated";
                            worker: string | null;
                            completion_percentage: number;
                            progress_message: string | null;
                            error: {
                                type: string;
                                message: string;
                                traceback?: string;
                            } | null;
                            detail: unknown;
                        }[];
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            429: components["responses"]["429"];
        };
    };
    jobs_log: {
        parameters: {
            query?: {
                after?: number;
                limit?: number;
            };
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        lines: {
                            n: number;
                            /** Format: date-time */
                            time: string;
                            level: string;
                            attempt: number;
                            text: string;
                        }[];
                        next: number;
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            429: components["responses"]["429"];
        };
    };
    jobs_progress: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    completion_percentage: number;
                    message?: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        job_id: string;
                        job_type: string;
                        template_version: number;
                        /** @enum {string} */
                        state: "scheduled" | "queued" | "running" | "succeeded" | "failed" | "terminated";
                        /** @enum {string|null} */
                        reason: "error" | "timeout" | "worker_lost" | "handler_not_found" | null;
                        payload: {
                            [key: string]: unknown;
                        } | null;
                        /** Format: date-time */
                        start_time: string;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        started_at: string | null;
                        /** Format: date-time */
                        terminated_at: string | null;
                        completion_percentage: number;
                        progress_message: string | null;
                        error: {
                            type: string;
                            message: string;
                            traceback?: string;
                        } | null;
                        attempt: number;
                        max_attempts: number;
                        priority: number;
                        queue: string;
                        worker: string | null;
                        created_by: string;
                        /** Format: uuid */
                        series: string | null;
                        /** Format: uuid */
                        rerun_of: string | null;
                        /** Format: date-time */
                        terminate_requested_at: string | null;
                        waiting_reason: string | null;
                        version: number;
                        /** @description You may only see that it ran: payload, result, error and messages are null. */
                        hidden: boolean;
                        result: unknown;
                        /** @description Bytes of a result that was too large to store: `result` holds its beginning as `preview`. */
                        result_truncated: {
                            bytes: number;
                        } | null;
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    jobs_rerun: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeated request with the same key and body within 24 h gets the same answer and creates nothing. */
                "Idempotency-Key"?: string;
            };
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Instead of the old job's payload. */
                    payload?: unknown;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        job_id: string;
                        job_type: string;
                        template_version: number;
                        /** @enum {string} */
                        state: "scheduled" | "queued" | "running" | "succeeded" | "failed" | "terminated";
                        /** @enum {string|null} */
                        reason: "error" | "timeout" | "worker_lost" | "handler_not_found" | null;
                        payload: {
                            [key: string]: unknown;
                        } | null;
                        /** Format: date-time */
                        start_time: string;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        started_at: string | null;
                        /** Format: date-time */
                        terminated_at: string | null;
                        completion_percentage: number;
                        progress_message: string | null;
                        error: {
                            type: string;
                            message: string;
                            traceback?: string;
                        } | null;
                        attempt: number;
                        max_attempts: number;
                        priority: number;
                        queue: string;
                        worker: string | null;
                        created_by: string;
                        /** Format: uuid */
                        series: string | null;
                        /** Format: uuid */
                        rerun_of: string | null;
                        /** Format: date-time */
                        terminate_requested_at: string | null;
                        waiting_reason: string | null;
                        version: number;
                        /** @description You may only see that it ran: payload, result, error and messages are null. */
                        hidden: boolean;
                        result: unknown;
                        /** @description Bytes of a result that was too large to store: `result` holds its beginning as `preview`. */
                        result_truncated: {
                            bytes: number;
                        } | null;
                    };
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        job_id: string;
                        job_type: string;
                        template_version: number;
                        /** @enum {string} */
                        state: "scheduled" | "queued" | "running" | "succeeded" | "failed" | "terminated";
                        /** @enum {string|null} */
                        reason: "error" | "timeout" | "worker_lost" | "handler_not_found" | null;
                        payload: {
                            [key: string]: unknown;
                        } | null;
                        /** Format: date-time */
                        start_time: string;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        started_at: string | null;
                        /** Format: date-time */
                        terminated_at: string | null;
                        completion_percentage: number;
                        progress_message: string | null;
                        error: {
                            type: string;
                            message: string;
                            traceback?: string;
                        } | null;
                        attempt: number;
                        max_attempts: number;
                        priority: number;
                        queue: string;
                        worker: string | null;
                        created_by: string;
                        /** Format: uuid */
                        series: string | null;
                        /** Format: uuid */
                        rerun_of: string | null;
                        /** Format: date-time */
                        terminate_requested_at: string | null;
                        waiting_reason: string | null;
                        version: number;
                        /** @description You may only see that it ran: payload, result, error and messages are null. */
                        hidden: boolean;
                        result: unknown;
                        /** @description Bytes of a result that was too large to store: `result` holds its beginning as `preview`. */
                        result_truncated: {
                            bytes: number;
                        } | null;
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    jobs_terminate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        job_id: string;
                        job_type: string;
                        template_version: number;
                        /** @enum {string} */
                        state: "scheduled" | "queued" | "running" | "succeeded" | "failed" | "terminated";
                        /** @enum {string|null} */
                        reason: "error" | "timeout" | "worker_lost" | "handler_not_found" | null;
                        payload: {
                            [key: string]: unknown;
                        } | null;
                        /** Format: date-time */
                        start_time: string;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        started_at: string | null;
                        /** Format: date-time */
                        terminated_at: string | null;
                        completion_percentage: number;
                        progress_message: string | null;
                        error: {
                            type: string;
                            message: string;
                            traceback?: string;
                        } | null;
                        attempt: number;
                        max_attempts: number;
                        priority: number;
                        queue: string;
                        worker: string | null;
                        created_by: string;
                        /** Format: uuid */
                        series: string | null;
                        /** Format: uuid */
                        rerun_of: string | null;
                        /** Format: date-time */
                        terminate_requested_at: string | null;
                        waiting_reason: string | null;
                        version: number;
                        /** @description You may only see that it ran: payload, result, error and messages are null. */
                        hidden: boolean;
                        result: unknown;
                        /** @description Bytes of a result that was too large to store: `result` holds its beginning as `preview`. */
                        result_truncated: {
                            bytes: number;
                        } | null;
                    };
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        job_id: string;
                        job_type: string;
                        template_version: number;
                        /** @enum {string} */
                        state: "scheduled" | "queued" | "running" | "succeeded" | "failed" | "terminated";
                        /** @enum {string|null} */
                        reason: "error" | "timeout" | "worker_lost" | "handler_not_found" | null;
                        payload: {
                            [key: string]: unknown;
                        } | null;
                        /** Format: date-time */
                        start_time: string;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        started_at: string | null;
                        /** Format: date-time */
                        terminated_at: string | null;
                        completion_percentage: number;
                        progress_message: string | null;
                        error: {
                            type: string;
                            message: string;
                            traceback?: string;
                        } | null;
                        attempt: number;
                        max_attempts: number;
                        priority: number;
                        queue: string;
                        worker: string | null;
                        created_by: string;
                        /** Format: uuid */
                        series: string | null;
                        /** Format: uuid */
                        rerun_of: string | null;
                        /** Format: date-time */
                        terminate_requested_at: string | null;
                        waiting_reason: string | null;
                        version: number;
                        /** @description You may only see that it ran: payload, result, error and messages are null. */
                        hidden: boolean;
                        result: unknown;
                        /** @description Bytes of a result that was too large to store: `result` holds its beginning as `preview`. */
                        result_truncated: {
                            bytes: number;
                        } | null;
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    jobs_create_bulk: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeated request with the same key and body within 24 h gets the same answer and creates nothing. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    jobs: {
                        /**
                         * job_type
                         * @description Which template to run.
                         */
                        job_type: string;
                        /** @description Values for the template's payload_schema; what is absent takes its default. */
                        payload?: unknown;
                        /**
                         * start_in_seconds
                         * @description The job is due this many seconds from now; default: the template's delay.
                         */
                        start_in_seconds?: number;
                        /**
                         * start_at
                         * Format: date-time
                         * @description When the job is due; a time in the past means now.
                         */
                        start_at?: string;
                        /** priority */
                        priority?: number;
                    }[];
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        job_ids: string[];
                    };
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        job_ids: string[];
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    jobs_counts: {
        parameters: {
            query?: {
                created_after?: string;
                created_before?: string;
                created_by?: string;
                ended_after?: string;
                ended_before?: string;
                /** @description Repeatable. */
                job_type?: string[];
                /** @description Repeatable. */
                queue?: string[];
                reason?: "error" | "timeout" | "worker_lost" | "handler_not_found";
                rerun_of?: string;
                /** @description An id or its beginning, or a part of the type's or the author's name. */
                search?: string;
                series?: string;
                /** @description Repeatable. */
                state?: ("scheduled" | "queued" | "running" | "succeeded" | "failed" | "terminated")[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        counts: {
                            scheduled: number;
                            queued: number;
                            running: number;
                            succeeded: number;
                            failed: number;
                            terminated: number;
                        };
                        capped: boolean;
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            406: components["responses"]["406"];
            429: components["responses"]["429"];
        };
    };
    jobs_rerun_many: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeated request with the same key and body within 24 h gets the same answer and creates nothing. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    ids?: string[];
                    filter?: {
                        state?: ("scheduled" | "queued" | "running" | "succeeded" | "failed" | "terminated") | ("scheduled" | "queued" | "running" | "succeeded" | "failed" | "terminated")[];
                        job_type?: string | string[];
                        queue?: string | string[];
                        /** Format: date-time */
                        created_after?: string;
                        /** Format: date-time */
                        created_before?: string;
                        /** Format: date-time */
                        ended_after?: string;
                        /** Format: date-time */
                        ended_before?: string;
                        created_by?: string;
                        /** Format: uuid */
                        series?: string;
                        /** Format: uuid */
                        rerun_of?: string;
                        /** @enum {string} */
                        reason?: "error" | "timeout" | "worker_lost" | "handler_not_found";
                        search?: string;
                    };
                    /**
                     * @description All jobs; cannot be combined with ids or filter.
                     * @constant
                     */
                    all?: true;
                    dry_run?: boolean;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        matched: number;
                        /** @description Whether more ended jobs than were counted may match: only in a dry run. */
                        capped: boolean;
                        created: string[];
                        refused: {
                            /** Format: uuid */
                            job_id: string;
                            errors: {
                                code: string;
                                detail: string;
                                attr: string | null;
                            }[];
                        }[];
                    };
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: uri
                         * @description The address of the operation.
                         */
                        operation: string;
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            406: components["responses"]["406"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    jobs_terminate_many: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    ids?: string[];
                    filter?: {
                        state?: ("scheduled" | "queued" | "running" | "succeeded" | "failed" | "terminated") | ("scheduled" | "queued" | "running" | "succeeded" | "failed" | "terminated")[];
                        job_type?: string | string[];
                        queue?: string | string[];
                        /** Format: date-time */
                        created_after?: string;
                        /** Format: date-time */
                        created_before?: string;
                        /** Format: date-time */
                        ended_after?: string;
                        /** Format: date-time */
                        ended_before?: string;
                        created_by?: string;
                        /** Format: uuid */
                        series?: string;
                        /** Format: uuid */
                        rerun_of?: string;
                        /** @enum {string} */
                        reason?: "error" | "timeout" | "worker_lost" | "handler_not_found";
                        search?: string;
                    };
                    /**
                     * @description All jobs; cannot be combined with ids or filter.
                     * @constant
                     */
                    all?: true;
                    dry_run?: boolean;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        matched: number;
                        terminated: number;
                        requested: number;
                        already_ended: number;
                        /** @description Whether more ended jobs than were counted may match: only in a dry run. */
                        capped: boolean;
                    };
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: uri
                         * @description The address of the operation.
                         */
                        operation: string;
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            406: components["responses"]["406"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    operations_list: {
        parameters: {
            query?: {
                /** @description Where the page begins: an opaque text from `next` or `previous`. */
                cursor?: string;
                /** @description How many rows a page has, at most 200. */
                page_size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        next: string | null;
                        previous: string | null;
                        results: {
                            /** Format: uuid */
                            id: string;
                            /** @enum {string} */
                            kind: "terminate" | "rerun";
                            /** @enum {string} */
                            state: "running" | "done" | "cancelled";
                            /** @description How many jobs were chosen. */
                            matched: number;
                            /** @description Of those: terminated, asked to stop, ended before, or run again. */
                            done: number;
                            terminated: number;
                            requested: number;
                            already_ended: number;
                            created: number;
                            refused: number;
                            created_by: string;
                            /** Format: date-time */
                            created_at: string;
                            /** Format: date-time */
                            ended_at: string | null;
                        }[];
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            406: components["responses"]["406"];
            429: components["responses"]["429"];
        };
    };
    operations_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                operation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        /** @enum {string} */
                        kind: "terminate" | "rerun";
                        /** @enum {string} */
                        state: "running" | "done" | "cancelled";
                        /** @description How many jobs were chosen. */
                        matched: number;
                        /** @description Of those: terminated, asked to stop, ended before, or run again. */
                        done: number;
                        terminated: number;
                        requested: number;
                        already_ended: number;
                        created: number;
                        refused: number;
                        created_by: string;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        ended_at: string | null;
                        /** @description The first hundred. */
                        refusals: {
                            /** Format: uuid */
                            job_id: string;
                            errors: {
                                code: string;
                                detail: string;
                                attr: string | null;
                            }[];
                        }[];
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            429: components["responses"]["429"];
        };
    };
    operations_cancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                operation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        /** @enum {string} */
                        kind: "terminate" | "rerun";
                        /** @enum {string} */
                        state: "running" | "done" | "cancelled";
                        /** @description How many jobs were chosen. */
                        matched: number;
                        /** @description Of those: terminated, asked to stop, ended before, or run again. */
                        done: number;
                        terminated: number;
                        requested: number;
                        already_ended: number;
                        created: number;
                        refused: number;
                        created_by: string;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        ended_at: string | null;
                        /** @description The first hundred. */
                        refusals: {
                            /** Format: uuid */
                            job_id: string;
                            errors: {
                                code: string;
                                detail: string;
                                attr: string | null;
                            }[];
                        }[];
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    processes_list: {
        parameters: {
            query?: {
                /** @description Where the page begins: an opaque text from `next` or `previous`. */
                cursor?: string;
                /** @description How many rows a page has, at most 200. */
                page_size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        next: string | null;
                        previous: string | null;
                        results: {
                            /** @enum {string} */
                            kind: "beat" | "dispatcher" | "web" | "worker";
                            name: string;
                            host: string;
                            pid: number;
                            version: string;
                            /** Format: date-time */
                            started_at: string;
                            /** Format: date-time */
                            seen_at: string;
                            problems: {
                                code: string;
                                detail: string;
                            }[];
                        }[];
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            406: components["responses"]["406"];
            429: components["responses"]["429"];
        };
    };
    queues_list: {
        parameters: {
            query?: {
                /** @description Where the page begins: an opaque text from `next` or `previous`. */
                cursor?: string;
                /** @description How many rows a page has, at most 200. */
                page_size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        next: string | null;
                        previous: string | null;
                        results: {
                            queue: string;
                            waiting: number;
                            oldest_seconds: number | null;
                            workers: number;
                        }[];
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            406: components["responses"]["406"];
            429: components["responses"]["429"];
        };
    };
    secrets_list: {
        parameters: {
            query?: {
                /** @description Where the page begins: an opaque text from `next` or `previous`. */
                cursor?: string;
                /** @description How many rows a page has, at most 200. */
                page_size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        next: string | null;
                        previous: string | null;
                        results: {
                            name: string;
                            job_types: string[];
                            hosts: string[] | null;
                            source: string;
                            /** Format: date-time */
                            created_at: string;
                            created_by: string;
                            /** Format: date-time */
                            updated_at: string;
                            updated_by: string;
                            /** @description The job types whose templates refer to it. */
                            used_by: string[];
                        }[];
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            406: components["responses"]["406"];
            429: components["responses"]["429"];
        };
    };
    secrets_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    name: string;
                    job_types: string[];
                    /** @description Where the value may go, such as api.example.org or *.example.org:8443; null: anywhere. */
                    hosts?: string[] | null;
                    /** @description value, env:NAME or file:PATH: where workers read the value, at each run. */
                    source: string;
                    /** @description With the source value only. It is stored encrypted and never answered. */
                    value?: string;
                };
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        job_types: string[];
                        hosts: string[] | null;
                        source: string;
                        /** Format: date-time */
                        created_at: string;
                        created_by: string;
                        /** Format: date-time */
                        updated_at: string;
                        updated_by: string;
                        /** @description The job types whose templates refer to it. */
                        used_by: string[];
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            406: components["responses"]["406"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    secrets_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                secret: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        job_types: string[];
                        hosts: string[] | null;
                        source: string;
                        /** Format: date-time */
                        created_at: string;
                        created_by: string;
                        /** Format: date-time */
                        updated_at: string;
                        updated_by: string;
                        /** @description The job types whose templates refer to it. */
                        used_by: string[];
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            429: components["responses"]["429"];
        };
    };
    secrets_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                secret: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No response body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            429: components["responses"]["429"];
        };
    };
    secrets_change: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                secret: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    job_types?: string[];
                    /** @description Where the value may go, such as api.example.org or *.example.org:8443; null: anywhere. */
                    hosts?: string[] | null;
                    /** @description value, env:NAME or file:PATH: where workers read the value, at each run. */
                    source?: string;
                    /** @description With the source value only. It is stored encrypted and never answered. */
                    value?: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        job_types: string[];
                        hosts: string[] | null;
                        source: string;
                        /** Format: date-time */
                        created_at: string;
                        created_by: string;
                        /** Format: date-time */
                        updated_at: string;
                        updated_by: string;
                        /** @description The job types whose templates refer to it. */
                        used_by: string[];
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    series_list: {
        parameters: {
            query?: {
                /** @description Where the page begins: an opaque text from `next` or `previous`. */
                cursor?: string;
                /** @description How many rows a page has, at most 200. */
                page_size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        next: string | null;
                        previous: string | null;
                        results: {
                            /** Format: uuid */
                            id: string;
                            job_type: string;
                            payload: {
                                [key: string]: unknown;
                            } | null;
                            /** @description You may only see that it runs: its payload is null. */
                            hidden: boolean;
                            pinned_version: number | null;
                            every_seconds: number | null;
                            crontab: string | null;
                            time_zone: string;
                            /** @enum {string} */
                            on_missed: "skip" | "run_once";
                            max_runs: number | null;
                            owned_by_template: boolean;
                            created_by: string;
                            /** @enum {string} */
                            state: "active" | "paused" | "ended";
                            /** @description Why the series is paused, in a sentence. */
                            paused_reason: string | null;
                            /**
                             * Format: date-time
                             * @description When the series resumes by itself.
                             */
                            paused_until: string | null;
                            /** @description Failed runs since the last success or resume; one that was stopped does not count. */
                            failures_in_row: number;
                            /** Format: date-time */
                            next_start_time: string | null;
                            run_count: number;
                            /** Format: uuid */
                            last_job: string | null;
                            /** @description How that job ended. */
                            last_run: {
                                /** Format: uuid */
                                job_id: string;
                                /** @enum {string} */
                                state: "scheduled" | "queued" | "running" | "succeeded" | "failed" | "terminated";
                                /** @enum {string|null} */
                                reason: "error" | "timeout" | "worker_lost" | "handler_not_found" | null;
                                /** Format: date-time */
                                start_time: string;
                                /** Format: date-time */
                                started_at: string | null;
                                /** Format: date-time */
                                terminated_at: string | null;
                                /** Format: date-time */
                                terminate_requested_at: string | null;
                            } | null;
                            /** @description The job that waits or runs. */
                            live_run: {
                                /** Format: uuid */
                                job_id: string;
                                /** @enum {string} */
                                state: "scheduled" | "queued" | "running" | "succeeded" | "failed" | "terminated";
                                /** @enum {string|null} */
                                reason: "error" | "timeout" | "worker_lost" | "handler_not_found" | null;
                                /** Format: date-time */
                                start_time: string;
                                /** Format: date-time */
                                started_at: string | null;
                                /** Format: date-time */
                                terminated_at: string | null;
                                /** Format: date-time */
                                terminate_requested_at: string | null;
                            } | null;
                        }[];
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            406: components["responses"]["406"];
            429: components["responses"]["429"];
        };
    };
    series_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repeated request with the same key and body within 24 h gets the same answer and creates nothing. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * job_type
                     * @description Which template to run.
                     */
                    job_type: string;
                    /** @description The payload of each job; null: the template's defaults at that time. */
                    payload?: unknown;
                    /** @description The pause after each run. */
                    every_seconds?: number;
                    /** @description Five fields such as 30 2 * * 1-5, or @hourly, @daily, @weekly, @monthly, @yearly. */
                    crontab?: string;
                    /** @description The crontab's time zone, such as Europe/Berlin. */
                    time_zone?: string;
                    /**
                     * @description Whether a crontab time that passed while no dispatcher ran is skipped or run late, once.
                     * @enum {string}
                     */
                    on_missed?: "skip" | "run_once";
                    max_runs?: number | null;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        job_type: string;
                        payload: {
                            [key: string]: unknown;
                        } | null;
                        /** @description You may only see that it runs: its payload is null. */
                        hidden: boolean;
                        pinned_version: number | null;
                        every_seconds: number | null;
                        crontab: string | null;
                        time_zone: string;
                        /** @enum {string} */
                        on_missed: "skip" | "run_once";
                        max_runs: number | null;
                        owned_by_template: boolean;
                        created_by: string;
                        /** @enum {string} */
                        state: "active" | "paused" | "ended";
                        /** @description Why the series is paused, in a sentence. */
                        paused_reason: string | null;
                        /**
                         * Format: date-time
                         * @description When the series resumes by itself.
                         */
                        paused_until: string | null;
                        /** @description Failed runs since the last success or resume; one that was stopped does not count. */
                        failures_in_row: number;
                        /** Format: date-time */
                        next_start_time: string | null;
                        run_count: number;
                        /** Format: uuid */
                        last_job: string | null;
                        /** @description How that job ended. */
                        last_run: {
                            /** Format: uuid */
                            job_id: string;
                            /** @enum {string} */
                            state: "scheduled" | "queued" | "running" | "succeeded" | "failed" | "terminated";
                            /** @enum {string|null} */
                            reason: "error" | "timeout" | "worker_lost" | "handler_not_found" | null;
                            /** Format: date-time */
                            start_time: string;
                            /** Format: date-time */
                            started_at: string | null;
                            /** Format: date-time */
                            terminated_at: string | null;
                            /** Format: date-time */
                            terminate_requested_at: string | null;
                        } | null;
                        /** @description The job that waits or runs. */
                        live_run: {
                            /** Format: uuid */
                            job_id: string;
                            /** @enum {string} */
                            state: "scheduled" | "queued" | "running" | "succeeded" | "failed" | "terminated";
                            /** @enum {string|null} */
                            reason: "error" | "timeout" | "worker_lost" | "handler_not_found" | null;
                            /** Format: date-time */
                            start_time: string;
                            /** Format: date-time */
                            started_at: string | null;
                            /** Format: date-time */
                            terminated_at: string | null;
                            /** Format: date-time */
                            terminate_requested_at: string | null;
                        } | null;
                    };
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        job_type: string;
                        payload: {
                            [key: string]: unknown;
                        } | null;
                        /** @description You may only see that it runs: its payload is null. */
                        hidden: boolean;
                        pinned_version: number | null;
                        every_seconds: number | null;
                        crontab: string | null;
                        time_zone: string;
                        /** @enum {string} */
                        on_missed: "skip" | "run_once";
                        max_runs: number | null;
                        owned_by_template: boolean;
                        created_by: string;
                        /** @enum {string} */
                        state: "active" | "paused" | "ended";
                        /** @description Why the series is paused, in a sentence. */
                        paused_reason: string | null;
                        /**
                         * Format: date-time
                         * @description When the series resumes by itself.
                         */
                        paused_until: string | null;
                        /** @description Failed runs since the last success or resume; one that was stopped does not count. */
                        failures_in_row: number;
                        /** Format: date-time */
                        next_start_time: string | null;
                        run_count: number;
                        /** Format: uuid */
                        last_job: string | null;
                        /** @description How that job ended. */
                        last_run: {
                            /** Format: uuid */
                            job_id: string;
                            /** @enum {string} */
                            state: "scheduled" | "queued" | "running" | "succeeded" | "failed" | "terminated";
                            /** @enum {string|null} */
                            reason: "error" | "timeout" | "worker_lost" | "handler_not_found" | null;
                            /** Format: date-time */
                            start_time: string;
                            /** Format: date-time */
                            started_at: string | null;
                            /** Format: date-time */
                            terminated_at: string | null;
                            /** Format: date-time */
                            terminate_requested_at: string | null;
                        } | null;
                        /** @description The job that waits or runs. */
                        live_run: {
                            /** Format: uuid */
                            job_id: string;
                            /** @enum {string} */
                            state: "scheduled" | "queued" | "running" | "succeeded" | "failed" | "terminated";
                            /** @enum {string|null} */
                            reason: "error" | "timeout" | "worker_lost" | "handler_not_found" | null;
                            /** Format: date-time */
                            start_time: string;
                            /** Format: date-time */
                            started_at: string | null;
                            /** Format: date-time */
                            terminated_at: string | null;
                            /** Format: date-time */
                            terminate_requested_at: string | null;
                        } | null;
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    series_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                series_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        job_type: string;
                        payload: {
                            [key: string]: unknown;
                        } | null;
                        /** @description You may only see that it runs: its payload is null. */
                        hidden: boolean;
                        pinned_version: number | null;
                        every_seconds: number | null;
                        crontab: string | null;
                        time_zone: string;
                        /** @enum {string} */
                        on_missed: "skip" | "run_once";
                        max_runs: number | null;
                        owned_by_template: boolean;
                        created_by: string;
                        /** @enum {string} */
                        state: "active" | "paused" | "ended";
                        /** @description Why the series is paused, in a sentence. */
                        paused_reason: string | null;
                        /**
                         * Format: date-time
                         * @description When the series resumes by itself.
                         */
                        paused_until: string | null;
                        /** @description Failed runs since the last success or resume; one that was stopped does not count. */
                        failures_in_row: number;
                        /** Format: date-time */
                        next_start_time: string | null;
                        run_count: number;
                        /** Format: uuid */
                        last_job: string | null;
                        /** @description How that job ended. */
                        last_run: {
                            /** Format: uuid */
                            job_id: string;
                            /** @enum {string} */
                            state: "scheduled" | "queued" | "running" | "succeeded" | "failed" | "terminated";
                            /** @enum {string|null} */
                            reason: "error" | "timeout" | "worker_lost" | "handler_not_found" | null;
                            /** Format: date-time */
                            start_time: string;
                            /** Format: date-time */
                            started_at: string | null;
                            /** Format: date-time */
                            terminated_at: string | null;
                            /** Format: date-time */
                            terminate_requested_at: string | null;
                        } | null;
                        /** @description The job that waits or runs. */
                        live_run: {
                            /** Format: uuid */
                            job_id: string;
                            /** @enum {string} */
                            state: "scheduled" | "queued" | "running" | "succeeded" | "failed" | "terminated";
                            /** @enum {string|null} */
                            reason: "error" | "timeout" | "worker_lost" | "handler_not_found" | null;
                            /** Format: date-time */
                            start_time: string;
                            /** Format: date-time */
                            started_at: string | null;
                            /** Format: date-time */
                            terminated_at: string | null;
                            /** Format: date-time */
                            terminate_requested_at: string | null;
                        } | null;
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            429: components["responses"]["429"];
        };
    };
    series_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                series_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No response body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            429: components["responses"]["429"];
        };
    };
    series_change: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                series_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description The payload of each job; null: the template's defaults at that time. */
                    payload?: unknown;
                    /** @description The pause after each run. */
                    every_seconds?: number;
                    /** @description Five fields such as 30 2 * * 1-5, or @hourly, @daily, @weekly, @monthly, @yearly. */
                    crontab?: string;
                    /** @description The crontab's time zone, such as Europe/Berlin. */
                    time_zone?: string;
                    /**
                     * @description Whether a crontab time that passed while no dispatcher ran is skipped or run late, once.
                     * @enum {string}
                     */
                    on_missed?: "skip" | "run_once";
                    max_runs?: number | null;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        job_type: string;
                        payload: {
                            [key: string]: unknown;
                        } | null;
                        /** @description You may only see that it runs: its payload is null. */
                        hidden: boolean;
                        pinned_version: number | null;
                        every_seconds: number | null;
                        crontab: string | null;
                        time_zone: string;
                        /** @enum {string} */
                        on_missed: "skip" | "run_once";
                        max_runs: number | null;
                        owned_by_template: boolean;
                        created_by: string;
                        /** @enum {string} */
                        state: "active" | "paused" | "ended";
                        /** @description Why the series is paused, in a sentence. */
                        paused_reason: string | null;
                        /**
                         * Format: date-time
                         * @description When the series resumes by itself.
                         */
                        paused_until: string | null;
                        /** @description Failed runs since the last success or resume; one that was stopped does not count. */
                        failures_in_row: number;
                        /** Format: date-time */
                        next_start_time: string | null;
                        run_count: number;
                        /** Format: uuid */
                        last_job: string | null;
                        /** @description How that job ended. */
                        last_run: {
                            /** Format: uuid */
                            job_id: string;
                            /** @enum {string} */
                            state: "scheduled" | "queued" | "running" | "succeeded" | "failed" | "terminated";
                            /** @enum {string|null} */
                            reason: "error" | "timeout" | "worker_lost" | "handler_not_found" | null;
                            /** Format: date-time */
                            start_time: string;
                            /** Format: date-time */
                            started_at: string | null;
                            /** Format: date-time */
                            terminated_at: string | null;
                            /** Format: date-time */
                            terminate_requested_at: string | null;
                        } | null;
                        /** @description The job that waits or runs. */
                        live_run: {
                            /** Format: uuid */
                            job_id: string;
                            /** @enum {string} */
                            state: "scheduled" | "queued" | "running" | "succeeded" | "failed" | "terminated";
                            /** @enum {string|null} */
                            reason: "error" | "timeout" | "worker_lost" | "handler_not_found" | null;
                            /** Format: date-time */
                            start_time: string;
                            /** Format: date-time */
                            started_at: string | null;
                            /** Format: date-time */
                            terminated_at: string | null;
                            /** Format: date-time */
                            terminate_requested_at: string | null;
                        } | null;
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    series_pause: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                series_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * Format: date-time
                     * @description When the series resumes by itself; without it, somebody has to resume it.
                     */
                    until?: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        job_type: string;
                        payload: {
                            [key: string]: unknown;
                        } | null;
                        /** @description You may only see that it runs: its payload is null. */
                        hidden: boolean;
                        pinned_version: number | null;
                        every_seconds: number | null;
                        crontab: string | null;
                        time_zone: string;
                        /** @enum {string} */
                        on_missed: "skip" | "run_once";
                        max_runs: number | null;
                        owned_by_template: boolean;
                        created_by: string;
                        /** @enum {string} */
                        state: "active" | "paused" | "ended";
                        /** @description Why the series is paused, in a sentence. */
                        paused_reason: string | null;
                        /**
                         * Format: date-time
                         * @description When the series resumes by itself.
                         */
                        paused_until: string | null;
                        /** @description Failed runs since the last success or resume; one that was stopped does not count. */
                        failures_in_row: number;
                        /** Format: date-time */
                        next_start_time: string | null;
                        run_count: number;
                        /** Format: uuid */
                        last_job: string | null;
                        /** @description How that job ended. */
                        last_run: {
                            /** Format: uuid */
                            job_id: string;
                            /** @enum {string} */
                            state: "scheduled" | "queued" | "running" | "succeeded" | "failed" | "terminated";
                            /** @enum {string|null} */
                            reason: "error" | "timeout" | "worker_lost" | "handler_not_found" | null;
                            /** Format: date-time */
                            start_time: string;
                            /** Format: date-time */
                            started_at: string | null;
                            /** Format: date-time */
                            terminated_at: string | null;
                            /** Format: date-time */
                            terminate_requested_at: string | null;
                        } | null;
                        /** @description The job that waits or runs. */
                        live_run: {
                            /** Format: uuid */
                            job_id: string;
                            /** @enum {string} */
                            state: "scheduled" | "queued" | "running" | "succeeded" | "failed" | "terminated";
                            /** @enum {string|null} */
                            reason: "error" | "timeout" | "worker_lost" | "handler_not_found" | null;
                            /** Format: date-time */
                            start_time: string;
                            /** Format: date-time */
                            started_at: string | null;
                            /** Format: date-time */
                            terminated_at: string | null;
                            /** Format: date-time */
                            terminate_requested_at: string | null;
                        } | null;
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    series_resume: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                series_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        job_type: string;
                        payload: {
                            [key: string]: unknown;
                        } | null;
                        /** @description You may only see that it runs: its payload is null. */
                        hidden: boolean;
                        pinned_version: number | null;
                        every_seconds: number | null;
                        crontab: string | null;
                        time_zone: string;
                        /** @enum {string} */
                        on_missed: "skip" | "run_once";
                        max_runs: number | null;
                        owned_by_template: boolean;
                        created_by: string;
                        /** @enum {string} */
                        state: "active" | "paused" | "ended";
                        /** @description Why the series is paused, in a sentence. */
                        paused_reason: string | null;
                        /**
                         * Format: date-time
                         * @description When the series resumes by itself.
                         */
                        paused_until: string | null;
                        /** @description Failed runs since the last success or resume; one that was stopped does not count. */
                        failures_in_row: number;
                        /** Format: date-time */
                        next_start_time: string | null;
                        run_count: number;
                        /** Format: uuid */
                        last_job: string | null;
                        /** @description How that job ended. */
                        last_run: {
                            /** Format: uuid */
                            job_id: string;
                            /** @enum {string} */
                            state: "scheduled" | "queued" | "running" | "succeeded" | "failed" | "terminated";
                            /** @enum {string|null} */
                            reason: "error" | "timeout" | "worker_lost" | "handler_not_found" | null;
                            /** Format: date-time */
                            start_time: string;
                            /** Format: date-time */
                            started_at: string | null;
                            /** Format: date-time */
                            terminated_at: string | null;
                            /** Format: date-time */
                            terminate_requested_at: string | null;
                        } | null;
                        /** @description The job that waits or runs. */
                        live_run: {
                            /** Format: uuid */
                            job_id: string;
                            /** @enum {string} */
                            state: "scheduled" | "queued" | "running" | "succeeded" | "failed" | "terminated";
                            /** @enum {string|null} */
                            reason: "error" | "timeout" | "worker_lost" | "handler_not_found" | null;
                            /** Format: date-time */
                            start_time: string;
                            /** Format: date-time */
                            started_at: string | null;
                            /** Format: date-time */
                            terminated_at: string | null;
                            /** Format: date-time */
                            terminate_requested_at: string | null;
                        } | null;
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    series_run_now: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                series_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uuid */
                        job_id: string;
                        job_type: string;
                        template_version: number;
                        /** @enum {string} */
                        state: "scheduled" | "queued" | "running" | "succeeded" | "failed" | "terminated";
                        /** @enum {string|null} */
                        reason: "error" | "timeout" | "worker_lost" | "handler_not_found" | null;
                        payload: {
                            [key: string]: unknown;
                        } | null;
                        /** Format: date-time */
                        start_time: string;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        started_at: string | null;
                        /** Format: date-time */
                        terminated_at: string | null;
                        completion_percentage: number;
                        progress_message: string | null;
                        error: {
                            type: string;
                            message: string;
                            traceback?: string;
                        } | null;
                        attempt: number;
                        max_attempts: number;
                        priority: number;
                        queue: string;
                        worker: string | null;
                        created_by: string;
                        /** Format: uuid */
                        series: string | null;
                        /** Format: uuid */
                        rerun_of: string | null;
                        /** Format: date-time */
                        terminate_requested_at: string | null;
                        waiting_reason: string | null;
                        version: number;
                        /** @description You may only see that it ran: payload, result, error and messages are null. */
                        hidden: boolean;
                        result: unknown;
                        /** @description Bytes of a result that was too large to store: `result` holds its beginning as `preview`. */
                        result_truncated: {
                            bytes: number;
                        } | null;
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    series_upcoming: {
        parameters: {
            query?: {
                /** @description How many, 100 at most. */
                count?: number;
            };
            header?: never;
            path: {
                series_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        results: {
                            /** Format: date-time */
                            start_time: string;
                            /**
                             * Format: date-time
                             * @description The same moment by the clock of its time zone.
                             */
                            local: string;
                            /** @description What is special about it, such as a change of clocks. */
                            note: string | null;
                        }[];
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            429: components["responses"]["429"];
        };
    };
    series_preview: {
        parameters: {
            query?: {
                /** @description How many, 100 at most. */
                count?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * job_type
                     * @description Which template to run.
                     */
                    job_type?: string;
                    /** @description The payload of each job; null: the template's defaults at that time. */
                    payload?: unknown;
                    /** @description The pause after each run. */
                    every_seconds?: number;
                    /** @description Five fields such as 30 2 * * 1-5, or @hourly, @daily, @weekly, @monthly, @yearly. */
                    crontab?: string;
                    /** @description The crontab's time zone, such as Europe/Berlin. */
                    time_zone?: string;
                    /**
                     * @description Whether a crontab time that passed while no dispatcher ran is skipped or run late, once.
                     * @enum {string}
                     */
                    on_missed?: "skip" | "run_once";
                    max_runs?: number | null;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        results: {
                            /** Format: date-time */
                            start_time: string;
                            /**
                             * Format: date-time
                             * @description The same moment by the clock of its time zone.
                             */
                            local: string;
                            /** @description What is special about it, such as a change of clocks. */
                            note: string | null;
                        }[];
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    session_show: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        user: {
                            username: string;
                            role: string;
                            service: boolean;
                            /** @description What the role allows, within the scope of the request's token. */
                            may: ("see" | "operate" | "edit" | "administer" | "measure")[];
                            /** @description Whether the user can sign in by name and password, and have second factors. */
                            has_password: boolean;
                            /** @description The admin who looks at the platform as this user, by `session/view-as/`. */
                            viewer: string | null;
                        } | null;
                        version: string;
                        /** @description For the header X-CSRFToken, if a page cannot read the cookie. */
                        csrf_token: string;
                        /** @description The providers that sign users in: what to call them, and the page where that begins. */
                        sign_in: {
                            name: string;
                            url: string;
                        }[];
                        /** @description Whether users sign in by name and password. */
                        local_sign_in: boolean;
                        /** @description Whether this session may do nothing else before it has a second factor: the user sets one up below `session/factors/`, or signs in again with the one that was set up elsewhere. */
                        second_factor_due: boolean;
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            406: components["responses"]["406"];
            429: components["responses"]["429"];
        };
    };
    session_sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    username: string;
                    password: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        user: {
                            username: string;
                            role: string;
                            service: boolean;
                            /** @description What the role allows, within the scope of the request's token. */
                            may: ("see" | "operate" | "edit" | "administer" | "measure")[];
                            /** @description Whether the user can sign in by name and password, and have second factors. */
                            has_password: boolean;
                            /** @description The admin who looks at the platform as this user, by `session/view-as/`. */
                            viewer: string | null;
                        } | null;
                        version: string;
                        /** @description For the header X-CSRFToken, if a page cannot read the cookie. */
                        csrf_token: string;
                        /** @description The providers that sign users in: what to call them, and the page where that begins. */
                        sign_in: {
                            name: string;
                            url: string;
                        }[];
                        /** @description Whether users sign in by name and password. */
                        local_sign_in: boolean;
                        /** @description Whether this session may do nothing else before it has a second factor: the user sets one up below `session/factors/`, or signs in again with the one that was set up elsewhere. */
                        second_factor_due: boolean;
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            406: components["responses"]["406"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    session_sign_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No response body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            406: components["responses"]["406"];
            413: components["responses"]["413"];
            429: components["responses"]["429"];
        };
    };
    factors_show: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description Whether an app is set up.
                         * @enum {unknown}
                         */
                        totp: "confirmed" | "begun" | null;
                        passkeys: {
                            id: number;
                            name: string;
                            /** @description The only host on which it works. */
                            host: string;
                            /** Format: date-time */
                            created_at: string;
                            /** Format: date-time */
                            last_used_at: string | null;
                        }[];
                        recovery_codes_left: number;
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            406: components["responses"]["406"];
            429: components["responses"]["429"];
        };
    };
    factors_passkeys_add: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    name: string;
                    /** @description What `navigator.credentials.create()` returned, as its `toJSON()` writes it. */
                    passkey: Record<string, never>;
                };
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: number;
                        name: string;
                        /** @description The only host on which it works. */
                        host: string;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        last_used_at: string | null;
                        /** @description No other response has them. */
                        recovery_codes: string[] | null;
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            406: components["responses"]["406"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    factors_passkeys_remove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                passkey_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No response body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            429: components["responses"]["429"];
        };
    };
    factors_passkeys_begin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Your current one; not needed within ten minutes of a second factor in this session. */
                    password?: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description For `PublicKeyCredential.parseCreationOptionsFromJSON()`. */
                        passkey_options: Record<string, never>;
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            406: components["responses"]["406"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    factors_recovery_codes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Your current one; not needed within ten minutes of a second factor in this session. */
                    password?: string;
                };
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description No other response has them. */
                        recovery_codes: string[];
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            406: components["responses"]["406"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    factors_totp_begin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Your current one; not needed within ten minutes of a second factor in this session. */
                    password?: string;
                };
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        secret: string;
                        url: string;
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            406: components["responses"]["406"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    factors_totp_remove: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No response body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            429: components["responses"]["429"];
        };
    };
    factors_totp_confirm: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    code: string;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description No other response has them. */
                        recovery_codes: string[] | null;
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            406: components["responses"]["406"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    session_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    current_password: string;
                    new_password: string;
                };
            };
        };
        responses: {
            /** @description No response body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            406: components["responses"]["406"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    session_second_factor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Of an app, or a recovery code. */
                    code?: string;
                    /** @description What `navigator.credentials.get()` returned, as its `toJSON()` writes it. */
                    passkey?: Record<string, never>;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        user: {
                            username: string;
                            role: string;
                            service: boolean;
                            /** @description What the role allows, within the scope of the request's token. */
                            may: ("see" | "operate" | "edit" | "administer" | "measure")[];
                            /** @description Whether the user can sign in by name and password, and have second factors. */
                            has_password: boolean;
                            /** @description The admin who looks at the platform as this user, by `session/view-as/`. */
                            viewer: string | null;
                        } | null;
                        version: string;
                        /** @description For the header X-CSRFToken, if a page cannot read the cookie. */
                        csrf_token: string;
                        /** @description The providers that sign users in: what to call them, and the page where that begins. */
                        sign_in: {
                            name: string;
                            url: string;
                        }[];
                        /** @description Whether users sign in by name and password. */
                        local_sign_in: boolean;
                        /** @description Whether this session may do nothing else before it has a second factor: the user sets one up below `session/factors/`, or signs in again with the one that was set up elsewhere. */
                        second_factor_due: boolean;
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            406: components["responses"]["406"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    session_view_as: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description The name of a user. */
                    user?: string;
                    /** @enum {string} */
                    role?: "viewer" | "operator" | "editor" | "admin";
                };
            };
        };
        responses: {
            /** @description No response body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    session_view_as_end: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No response body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            406: components["responses"]["406"];
            413: components["responses"]["413"];
            429: components["responses"]["429"];
        };
    };
    sessions_list: {
        parameters: {
            query?: {
                /** @description Where the page begins: an opaque text from `next` or `previous`. */
                cursor?: string;
                /** @description How many rows a page has, at most 200. */
                page_size?: number;
                /** @description The name of another user; for admins only. */
                user?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        next: string | null;
                        previous: string | null;
                        results: {
                            id: number;
                            user: string;
                            /** Format: date-time */
                            created_at: string;
                            /**
                             * Format: date-time
                             * @description To the minute.
                             */
                            last_seen_at: string;
                            /** @description The address of the latest request. */
                            ip: string | null;
                            /** @description What the browser called itself at sign-in. */
                            agent: string;
                            /** @description Whether it is the session of this request. */
                            current: boolean;
                        }[];
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            429: components["responses"]["429"];
        };
    };
    sessions_end_all: {
        parameters: {
            query?: {
                /** @description The name of another user; for admins only. */
                user?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No response body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            413: components["responses"]["413"];
            429: components["responses"]["429"];
        };
    };
    sessions_end: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                session_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No response body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            413: components["responses"]["413"];
            429: components["responses"]["429"];
        };
    };
    stats_by_step: {
        parameters: {
            query?: {
                /** @description Included; a day before `to` by default. */
                from?: string;
                /** @description Repeatable. */
                job_type?: string[];
                /** @description Repeatable. */
                queue?: string[];
                /** @description `hour` by default. */
                step?: "day" | "hour" | "minute";
                /** @description Not included; now by default. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        step: "minute" | "hour" | "day";
                        steps: {
                            /** Format: date-time */
                            at: string;
                            created: number;
                            ended: {
                                succeeded: number;
                                failed: number;
                                terminated: number;
                            };
                            failed: {
                                error: number;
                                timeout: number;
                                worker_lost: number;
                                handler_not_found: number;
                            };
                            wait: {
                                count: number;
                                /** @description seconds; null without any */
                                mean: number | null;
                                /** @description seconds; null without any */
                                p50: number | null;
                                /** @description seconds; null without any */
                                p95: number | null;
                                /** @description seconds; null without any */
                                p99: number | null;
                            };
                            run: {
                                count: number;
                                /** @description seconds; null without any */
                                mean: number | null;
                                /** @description seconds; null without any */
                                p50: number | null;
                                /** @description seconds; null without any */
                                p95: number | null;
                                /** @description seconds; null without any */
                                p99: number | null;
                            };
                        }[];
                        /** Format: date-time */
                        from: string;
                        /** Format: date-time */
                        to: string;
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            406: components["responses"]["406"];
            429: components["responses"]["429"];
        };
    };
    stats_by_type: {
        parameters: {
            query?: {
                /** @description Where the page begins: an opaque text from `next` or `previous`. */
                cursor?: string;
                /** @description Included; a day before `to` by default. */
                from?: string;
                /** @description How many rows a page has, at most 200. */
                page_size?: number;
                /** @description Not included; now by default. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        next: string | null;
                        previous: string | null;
                        results: {
                            job_type: string;
                            created: number;
                            ended: {
                                succeeded: number;
                                failed: number;
                                terminated: number;
                            };
                            failed: {
                                error: number;
                                timeout: number;
                                worker_lost: number;
                                handler_not_found: number;
                            };
                            wait: {
                                count: number;
                                /** @description seconds; null without any */
                                mean: number | null;
                                /** @description seconds; null without any */
                                p50: number | null;
                                /** @description seconds; null without any */
                                p95: number | null;
                                /** @description seconds; null without any */
                                p99: number | null;
                            };
                            run: {
                                count: number;
                                /** @description seconds; null without any */
                                mean: number | null;
                                /** @description seconds; null without any */
                                p50: number | null;
                                /** @description seconds; null without any */
                                p95: number | null;
                                /** @description seconds; null without any */
                                p99: number | null;
                            };
                            /** @description seconds; null without any */
                            usual_seconds: number | null;
                            last_error: {
                                /** Format: uuid */
                                job_id: string;
                                /** Format: date-time */
                                at: string;
                                type: string;
                                message: string;
                            } | null;
                        }[];
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            406: components["responses"]["406"];
            429: components["responses"]["429"];
        };
    };
    templates_preview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description The template as it would be stored. */
                    document: unknown;
                    /** @description The type that the document must have. */
                    job_type?: string;
                    /** @description A payload to validate against the document. */
                    payload?: unknown;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        problems: {
                            /** @description Which rule, such as `required`, `unknown_parameter` or `duplicate_key`. */
                            code: string;
                            /** @description What is wrong, as a sentence for people. */
                            detail: string;
                            /** @description Where: a dotted path such as `payload.user_id`. */
                            attr: string | null;
                            /** @description The value at that place; only in answers about templates. */
                            value?: unknown;
                            /** @description What to write instead, where that is known. */
                            remedy?: string;
                        }[];
                        warnings: {
                            /** @description Which rule, such as `required`, `unknown_parameter` or `duplicate_key`. */
                            code: string;
                            /** @description What is wrong, as a sentence for people. */
                            detail: string;
                            /** @description Where: a dotted path such as `payload.user_id`. */
                            attr: string | null;
                            /** @description The value at that place; only in answers about templates. */
                            value?: unknown;
                            /** @description What to write instead, where that is known. */
                            remedy?: string;
                        }[];
                        form: {
                            schema: {
                                [key: string]: unknown;
                            };
                            ui_schema: {
                                [key: string]: unknown;
                            };
                            initial: {
                                [key: string]: unknown;
                            };
                        } | null;
                        trial: {
                            payload: {
                                [key: string]: unknown;
                            } | null;
                            errors: {
                                /** @description Which rule, such as `required`, `unknown_parameter` or `duplicate_key`. */
                                code: string;
                                /** @description What is wrong, as a sentence for people. */
                                detail: string;
                                /** @description Where: a dotted path such as `payload.user_id`. */
                                attr: string | null;
                                /** @description The value at that place; only in answers about templates. */
                                value?: unknown;
                                /** @description What to write instead, where that is known. */
                                remedy?: string;
                            }[];
                        } | null;
                        next_runs: {
                            /** Format: date-time */
                            start_time: string;
                            /**
                             * Format: date-time
                             * @description The same moment by the clock of its time zone.
                             */
                            local: string;
                            /** @description What is special about it, such as a change of clocks. */
                            note: string | null;
                        }[];
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            406: components["responses"]["406"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    templates_list: {
        parameters: {
            query?: {
                /** @description Where the page begins: an opaque text from `next` or `previous`. */
                cursor?: string;
                /** @description How many rows a page has, at most 200. */
                page_size?: number;
                search?: string;
                user_triggered?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        next: string | null;
                        previous: string | null;
                        results: ({
                            type: string;
                            label?: string;
                            description?: string;
                            startInSeconds?: number;
                            userTriggered?: boolean;
                            rescheduleAfterTermination?: boolean;
                            payload_schema?: {
                                [key: string]: unknown;
                            };
                            payload?: {
                                [key: string]: unknown;
                            };
                            meta: {
                                version: number;
                                archived: boolean;
                                /** @description Whether there is a handler of this type that can run. */
                                handler: boolean;
                                /** @description Why its jobs are refused: there is no handler, or it cannot be imported or called. */
                                handler_problem: string | null;
                                warnings: {
                                    /** @description Which rule, such as `required`, `unknown_parameter` or `duplicate_key`. */
                                    code: string;
                                    /** @description What is wrong, as a sentence for people. */
                                    detail: string;
                                    /** @description Where: a dotted path such as `payload.user_id`. */
                                    attr: string | null;
                                    /** @description The value at that place; only in answers about templates. */
                                    value?: unknown;
                                    /** @description What to write instead, where that is known. */
                                    remedy?: string;
                                }[];
                                /** Format: date-time */
                                updated_at: string;
                                updated_by: string;
                                /** @description What you may do with this job type. */
                                rights: ("see" | "read" | "run" | "stop" | "edit")[];
                                /** @description You may only see that its jobs run: fields, default values and warnings are left out. */
                                hidden: boolean;
                            };
                        } & {
                            [key: string]: unknown;
                        })[];
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            406: components["responses"]["406"];
            429: components["responses"]["429"];
        };
    };
    templates_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    type: string;
                    label?: string;
                    description?: string;
                    startInSeconds?: number;
                    userTriggered?: boolean;
                    rescheduleAfterTermination?: boolean;
                    payload_schema?: {
                        [key: string]: unknown;
                    };
                    payload?: {
                        [key: string]: unknown;
                    };
                } & {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        type: string;
                        label?: string;
                        description?: string;
                        startInSeconds?: number;
                        userTriggered?: boolean;
                        rescheduleAfterTermination?: boolean;
                        payload_schema?: {
                            [key: string]: unknown;
                        };
                        payload?: {
                            [key: string]: unknown;
                        };
                        meta: {
                            version: number;
                            archived: boolean;
                            /** @description Whether there is a handler of this type that can run. */
                            handler: boolean;
                            /** @description Why its jobs are refused: there is no handler, or it cannot be imported or called. */
                            handler_problem: string | null;
                            warnings: {
                                /** @description Which rule, such as `required`, `unknown_parameter` or `duplicate_key`. */
                                code: string;
                                /** @description What is wrong, as a sentence for people. */
                                detail: string;
                                /** @description Where: a dotted path such as `payload.user_id`. */
                                attr: string | null;
                                /** @description The value at that place; only in answers about templates. */
                                value?: unknown;
                                /** @description What to write instead, where that is known. */
                                remedy?: string;
                            }[];
                            /** Format: date-time */
                            updated_at: string;
                            updated_by: string;
                            /** @description What you may do with this job type. */
                            rights: ("see" | "read" | "run" | "stop" | "edit")[];
                            /** @description You may only see that its jobs run: fields, default values and warnings are left out. */
                            hidden: boolean;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            406: components["responses"]["406"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    templates_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_type: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        type: string;
                        label?: string;
                        description?: string;
                        startInSeconds?: number;
                        userTriggered?: boolean;
                        rescheduleAfterTermination?: boolean;
                        payload_schema?: {
                            [key: string]: unknown;
                        };
                        payload?: {
                            [key: string]: unknown;
                        };
                        meta: {
                            version: number;
                            archived: boolean;
                            /** @description Whether there is a handler of this type that can run. */
                            handler: boolean;
                            /** @description Why its jobs are refused: there is no handler, or it cannot be imported or called. */
                            handler_problem: string | null;
                            warnings: {
                                /** @description Which rule, such as `required`, `unknown_parameter` or `duplicate_key`. */
                                code: string;
                                /** @description What is wrong, as a sentence for people. */
                                detail: string;
                                /** @description Where: a dotted path such as `payload.user_id`. */
                                attr: string | null;
                                /** @description The value at that place; only in answers about templates. */
                                value?: unknown;
                                /** @description What to write instead, where that is known. */
                                remedy?: string;
                            }[];
                            /** Format: date-time */
                            updated_at: string;
                            updated_by: string;
                            /** @description What you may do with this job type. */
                            rights: ("see" | "read" | "run" | "stop" | "edit")[];
                            /** @description You may only see that its jobs run: fields, default values and warnings are left out. */
                            hidden: boolean;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            429: components["responses"]["429"];
        };
    };
    templates_replace: {
        parameters: {
            query?: {
                /** @description Stores it although series or waiting jobs would be rejected: they stay on the previous version. */
                force?: boolean;
            };
            header?: {
                /** @description The version that you edited, like "3"; 409 if it is not the newest. */
                "If-Match"?: string;
            };
            path: {
                job_type: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    type?: string;
                    label?: string;
                    description?: string;
                    startInSeconds?: number;
                    userTriggered?: boolean;
                    rescheduleAfterTermination?: boolean;
                    payload_schema?: {
                        [key: string]: unknown;
                    };
                    payload?: {
                        [key: string]: unknown;
                    };
                } & {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        type: string;
                        label?: string;
                        description?: string;
                        startInSeconds?: number;
                        userTriggered?: boolean;
                        rescheduleAfterTermination?: boolean;
                        payload_schema?: {
                            [key: string]: unknown;
                        };
                        payload?: {
                            [key: string]: unknown;
                        };
                        meta: {
                            version: number;
                            archived: boolean;
                            /** @description Whether there is a handler of this type that can run. */
                            handler: boolean;
                            /** @description Why its jobs are refused: there is no handler, or it cannot be imported or called. */
                            handler_problem: string | null;
                            warnings: {
                                /** @description Which rule, such as `required`, `unknown_parameter` or `duplicate_key`. */
                                code: string;
                                /** @description What is wrong, as a sentence for people. */
                                detail: string;
                                /** @description Where: a dotted path such as `payload.user_id`. */
                                attr: string | null;
                                /** @description The value at that place; only in answers about templates. */
                                value?: unknown;
                                /** @description What to write instead, where that is known. */
                                remedy?: string;
                            }[];
                            /** Format: date-time */
                            updated_at: string;
                            updated_by: string;
                            /** @description What you may do with this job type. */
                            rights: ("see" | "read" | "run" | "stop" | "edit")[];
                            /** @description You may only see that its jobs run: fields, default values and warnings are left out. */
                            hidden: boolean;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    templates_delete: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version that you edited, like "3"; 409 if it is not the newest. */
                "If-Match"?: string;
            };
            path: {
                job_type: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No response body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            429: components["responses"]["429"];
        };
    };
    templates_change: {
        parameters: {
            query?: {
                /** @description Stores it although series or waiting jobs would be rejected: they stay on the previous version. */
                force?: boolean;
            };
            header?: {
                /** @description The version that you edited, like "3"; 409 if it is not the newest. */
                "If-Match"?: string;
            };
            path: {
                job_type: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    type?: string;
                    label?: string;
                    description?: string;
                    startInSeconds?: number;
                    userTriggered?: boolean;
                    rescheduleAfterTermination?: boolean;
                    payload_schema?: {
                        [key: string]: unknown;
                    };
                    payload?: {
                        [key: string]: unknown;
                    };
                } & {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        type: string;
                        label?: string;
                        description?: string;
                        startInSeconds?: number;
                        userTriggered?: boolean;
                        rescheduleAfterTermination?: boolean;
                        payload_schema?: {
                            [key: string]: unknown;
                        };
                        payload?: {
                            [key: string]: unknown;
                        };
                        meta: {
                            version: number;
                            archived: boolean;
                            /** @description Whether there is a handler of this type that can run. */
                            handler: boolean;
                            /** @description Why its jobs are refused: there is no handler, or it cannot be imported or called. */
                            handler_problem: string | null;
                            warnings: {
                                /** @description Which rule, such as `required`, `unknown_parameter` or `duplicate_key`. */
                                code: string;
                                /** @description What is wrong, as a sentence for people. */
                                detail: string;
                                /** @description Where: a dotted path such as `payload.user_id`. */
                                attr: string | null;
                                /** @description The value at that place; only in answers about templates. */
                                value?: unknown;
                                /** @description What to write instead, where that is known. */
                                remedy?: string;
                            }[];
                            /** Format: date-time */
                            updated_at: string;
                            updated_by: string;
                            /** @description What you may do with this job type. */
                            rights: ("see" | "read" | "run" | "stop" | "edit")[];
                            /** @description You may only see that its jobs run: fields, default values and warnings are left out. */
                            hidden: boolean;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    templates_form: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_type: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        schema: {
                            [key: string]: unknown;
                        };
                        ui_schema: {
                            [key: string]: unknown;
                        };
                        initial: {
                            [key: string]: unknown;
                        };
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            429: components["responses"]["429"];
        };
    };
    templates_rollback: {
        parameters: {
            query?: {
                /** @description Stores it although series or waiting jobs would be rejected: they stay on the previous version. */
                force?: boolean;
            };
            header?: {
                /** @description The version that you edited, like "3"; 409 if it is not the newest. */
                "If-Match"?: string;
            };
            path: {
                job_type: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description The version to roll back to. */
                    version: number;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        type: string;
                        label?: string;
                        description?: string;
                        startInSeconds?: number;
                        userTriggered?: boolean;
                        rescheduleAfterTermination?: boolean;
                        payload_schema?: {
                            [key: string]: unknown;
                        };
                        payload?: {
                            [key: string]: unknown;
                        };
                        meta: {
                            version: number;
                            archived: boolean;
                            /** @description Whether there is a handler of this type that can run. */
                            handler: boolean;
                            /** @description Why its jobs are refused: there is no handler, or it cannot be imported or called. */
                            handler_problem: string | null;
                            warnings: {
                                /** @description Which rule, such as `required`, `unknown_parameter` or `duplicate_key`. */
                                code: string;
                                /** @description What is wrong, as a sentence for people. */
                                detail: string;
                                /** @description Where: a dotted path such as `payload.user_id`. */
                                attr: string | null;
                                /** @description The value at that place; only in answers about templates. */
                                value?: unknown;
                                /** @description What to write instead, where that is known. */
                                remedy?: string;
                            }[];
                            /** Format: date-time */
                            updated_at: string;
                            updated_by: string;
                            /** @description What you may do with this job type. */
                            rights: ("see" | "read" | "run" | "stop" | "edit")[];
                            /** @description You may only see that its jobs run: fields, default values and warnings are left out. */
                            hidden: boolean;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    templates_validate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_type: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description The payload, as it would be sent to create a job. */
                    payload: unknown;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        payload: {
                            [key: string]: unknown;
                        };
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    templates_versions: {
        parameters: {
            query?: {
                /** @description Where the page begins: an opaque text from `next` or `previous`. */
                cursor?: string;
                /** @description How many rows a page has, at most 200. */
                page_size?: number;
            };
            header?: never;
            path: {
                job_type: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        next: string | null;
                        previous: string | null;
                        results: {
                            version: number;
                            /** Format: date-time */
                            created_at: string;
                            created_by: string;
                            document: {
                                type: string;
                                label?: string;
                                description?: string;
                                startInSeconds?: number;
                                userTriggered?: boolean;
                                rescheduleAfterTermination?: boolean;
                                payload_schema?: {
                                    [key: string]: unknown;
                                };
                                payload?: {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            };
                        }[];
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            429: components["responses"]["429"];
        };
    };
    templates_version: {
        parameters: {
            query?: {
                /** @description To compare with; by default the previous version. */
                against?: number;
            };
            header?: never;
            path: {
                job_type: string;
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        version: number;
                        /** Format: date-time */
                        created_at: string;
                        created_by: string;
                        document: {
                            type: string;
                            label?: string;
                            description?: string;
                            startInSeconds?: number;
                            userTriggered?: boolean;
                            rescheduleAfterTermination?: boolean;
                            payload_schema?: {
                                [key: string]: unknown;
                            };
                            payload?: {
                                [key: string]: unknown;
                            };
                        } & {
                            [key: string]: unknown;
                        };
                        against: number | null;
                        changes: {
                            path: string;
                            before?: unknown;
                            after?: unknown;
                        }[];
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            429: components["responses"]["429"];
        };
    };
    templates_export: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            406: components["responses"]["406"];
            429: components["responses"]["429"];
        };
    };
    templates_import: {
        parameters: {
            query?: {
                dry_run?: boolean;
                /** @description Stores it although series or waiting jobs would be rejected: they stay on the previous version. */
                force?: boolean;
                prune?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        created: string[];
                        updated: string[];
                        unchanged: string[];
                        archived: string[];
                        warnings: {
                            /** @description Which rule, such as `required`, `unknown_parameter` or `duplicate_key`. */
                            code: string;
                            /** @description What is wrong, as a sentence for people. */
                            detail: string;
                            /** @description Where: a dotted path such as `payload.user_id`. */
                            attr: string | null;
                            /** @description The value at that place; only in answers about templates. */
                            value?: unknown;
                            /** @description What to write instead, where that is known. */
                            remedy?: string;
                        }[];
                        /** @description What would change in each template of `updated`; only of a dry run. */
                        changes?: {
                            [key: string]: {
                                path: string;
                                before?: unknown;
                                after?: unknown;
                            }[];
                        };
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            406: components["responses"]["406"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    tokens_list: {
        parameters: {
            query?: {
                /** @description Where the page begins: an opaque text from `next` or `previous`. */
                cursor?: string;
                /** @description How many rows a page has, at most 200. */
                page_size?: number;
                /** @description The name of another user; for admins only. */
                user?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        next: string | null;
                        previous: string | null;
                        results: {
                            id: number;
                            name: string;
                            /** @description The first characters of the token. */
                            prefix: string;
                            scopes: ("metrics" | "read" | "run" | "manage")[];
                            /** @description null: for all. */
                            job_types: string[] | null;
                            /** Format: date-time */
                            created_at: string;
                            /** Format: date-time */
                            expires_at: string;
                            /**
                             * Format: date-time
                             * @description To the minute.
                             */
                            last_used_at: string | null;
                            last_used_ip: string | null;
                        }[];
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            429: components["responses"]["429"];
        };
    };
    tokens_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    name: string;
                    /** @default 90 */
                    expires_in_days?: number;
                    /**
                     * @description The highest of `read`, `run` and `manage` counts. `metrics`, for admins, stands alone.
                     * @default [
                     *       "manage"
                     *     ]
                     */
                    scopes?: ("metrics" | "read" | "run" | "manage")[];
                    /** @description The token works for these only; `*` stands for any text. */
                    job_types?: string[];
                };
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: number;
                        name: string;
                        /** @description The first characters of the token. */
                        prefix: string;
                        scopes: ("metrics" | "read" | "run" | "manage")[];
                        /** @description null: for all. */
                        job_types: string[] | null;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        expires_at: string;
                        /**
                         * Format: date-time
                         * @description To the minute.
                         */
                        last_used_at: string | null;
                        last_used_ip: string | null;
                        /** @description No other response has it. */
                        token: string;
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            406: components["responses"]["406"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    tokens_revoke: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No response body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            413: components["responses"]["413"];
            429: components["responses"]["429"];
        };
    };
    users_list: {
        parameters: {
            query?: {
                /** @description Only users who are active, or are not. */
                active?: boolean;
                /** @description Where the page begins: an opaque text from `next` or `previous`. */
                cursor?: string;
                /** @description Only members of this group. */
                group?: string;
                /** @description How many rows a page has, at most 200. */
                page_size?: number;
                /** @description Only users with this role. */
                role?: "viewer" | "operator" | "editor" | "admin";
                /** @description Only users with this text in their name. */
                search?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        next: string | null;
                        previous: string | null;
                        results: {
                            name: string;
                            /** @enum {string} */
                            role: "viewer" | "operator" | "editor" | "admin";
                            active: boolean;
                            groups: string[];
                            /** @description A service account uses API tokens: it has no password, links and sessions. */
                            service: boolean;
                            /** Format: date-time */
                            last_seen_at: string | null;
                            /** Format: date-time */
                            created_at: string;
                            /** Format: date-time */
                            last_sign_in: string | null;
                        }[];
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            406: components["responses"]["406"];
            429: components["responses"]["429"];
        };
    };
    users_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    name: string;
                    /**
                     * @default viewer
                     * @enum {string}
                     */
                    role?: "viewer" | "operator" | "editor" | "admin";
                    /** @description Without one, the user can sign in by token or link only. */
                    password?: string;
                    groups?: string[];
                    /**
                     * @description A service account uses API tokens: it has no password, links and sessions.
                     * @default false
                     */
                    service?: boolean;
                };
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        /** @enum {string} */
                        role: "viewer" | "operator" | "editor" | "admin";
                        active: boolean;
                        groups: string[];
                        /** @description A service account uses API tokens: it has no password, links and sessions. */
                        service: boolean;
                        /** Format: date-time */
                        last_seen_at: string | null;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        last_sign_in: string | null;
                        grants: {
                            id: number;
                            user: string | null;
                            group: string | null;
                            job_types: string[];
                            /** @description Each includes `see`. */
                            rights: ("see" | "read" | "run" | "stop" | "edit")[];
                            /** Format: date-time */
                            created_at: string;
                            created_by: string;
                            /** @description `own`, or `group NAME`. */
                            from: string;
                        }[];
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            406: components["responses"]["406"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    users_show: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        /** @enum {string} */
                        role: "viewer" | "operator" | "editor" | "admin";
                        active: boolean;
                        groups: string[];
                        /** @description A service account uses API tokens: it has no password, links and sessions. */
                        service: boolean;
                        /** Format: date-time */
                        last_seen_at: string | null;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        last_sign_in: string | null;
                        grants: {
                            id: number;
                            user: string | null;
                            group: string | null;
                            job_types: string[];
                            /** @description Each includes `see`. */
                            rights: ("see" | "read" | "run" | "stop" | "edit")[];
                            /** Format: date-time */
                            created_at: string;
                            created_by: string;
                            /** @description `own`, or `group NAME`. */
                            from: string;
                        }[];
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            429: components["responses"]["429"];
        };
    };
    users_change: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    role?: "viewer" | "operator" | "editor" | "admin";
                    active?: boolean;
                    password?: string;
                    /** @description All groups of the user from now on. */
                    groups?: string[];
                    /** @description A service account uses API tokens: it has no password, links and sessions. */
                    service?: boolean;
                    /** @description Also revokes all API tokens of the user. */
                    revoke_tokens?: boolean;
                };
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        /** @enum {string} */
                        role: "viewer" | "operator" | "editor" | "admin";
                        active: boolean;
                        groups: string[];
                        /** @description A service account uses API tokens: it has no password, links and sessions. */
                        service: boolean;
                        /** Format: date-time */
                        last_seen_at: string | null;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        last_sign_in: string | null;
                        grants: {
                            id: number;
                            user: string | null;
                            group: string | null;
                            job_types: string[];
                            /** @description Each includes `see`. */
                            rights: ("see" | "read" | "run" | "stop" | "edit")[];
                            /** Format: date-time */
                            created_at: string;
                            created_by: string;
                            /** @description `own`, or `group NAME`. */
                            from: string;
                        }[];
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    users_reset_factors: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No response body */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            413: components["responses"]["413"];
            429: components["responses"]["429"];
        };
    };
    users_reset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        url: string;
                        /** Format: date-time */
                        expires_at: string;
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            406: components["responses"]["406"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
    workers_list: {
        parameters: {
            query?: {
                /** @description Where the page begins: an opaque text from `next` or `previous`. */
                cursor?: string;
                /** @description How many rows a page has, at most 200. */
                page_size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        next: string | null;
                        previous: string | null;
                        results: {
                            name: string;
                            host: string;
                            pid: number;
                            queues: string[];
                            slots: number;
                            busy: number;
                            /** Format: date-time */
                            started_at: string;
                            /** Format: date-time */
                            seen_at: string;
                        }[];
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            406: components["responses"]["406"];
            429: components["responses"]["429"];
        };
    };
    ws_tickets_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        ticket: string;
                        /** @description Seconds. */
                        expires_in: number;
                    };
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            406: components["responses"]["406"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            429: components["responses"]["429"];
        };
    };
}

// Generated from the API's OpenAPI document by `npm run types`: do not edit.

export interface paths {
    "/api/v1/events/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description All events, oldest first: a reader that follows `next` sees each exactly once. */
        get: operations["events_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Jobs, newest first, a page at a time: follow `next`. */
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
        /** @description One job, whole. */
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
        /** @description What happened to the job, oldest first: each attempt, each step of a stop with its actor. */
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
        /** @description Log lines numbered above `after`; ask again with `after` = `next`. */
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
        /** @description A new job with the same payload, or another one. */
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
        /** @description Stop a job: at once if it waits (200), as soon as its handler lets go if it runs (202). */
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
        /** @description How many jobs of each state pass the filters. */
        get: operations["jobs_counts"];
        put?: never;
        post?: never;
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
        /** @description Stop the jobs of `ids`, or those that pass `filter` at this moment; `dry_run` only counts. */
        post: operations["jobs_terminate_many"];
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
    "/api/v1/series/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Every series, by job type. */
        get: operations["series_list"];
        put?: never;
        /** @description A further series, with a payload and a timing of its own. */
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
        /** @description End it: its waiting job ends, a running one may finish. A template's own series is 409. */
        delete: operations["series_delete"];
        options?: never;
        head?: never;
        /** @description Change payload or timing; the waiting job moves along. A template's own series is 409. */
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
        /** @description End the waiting job and start no further one; a running one may finish. */
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
        /** @description Start the next number. */
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
        /** @description Make the waiting job due; 409 while one runs. */
        post: operations["series_run_now"];
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
        /** @description Who is signed in, or null. Sets the `csrftoken` cookie that signing in needs. */
        get: operations["session_show"];
        put?: never;
        /** @description Sign in. Needs the header `X-CSRFToken`; 400 `invalid_credentials`, 429 `locked_out`. */
        post: operations["session_sign_in"];
        /** @description Sign out. */
        delete: operations["session_sign_out"];
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
        /** @description The form of a document that is not stored, or all that is wrong with it; with `payload`, also its trial. */
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
        /** @description Every template that is not archived, by type. */
        get: operations["templates_list"];
        put?: never;
        /** @description A new template; 409 if there is one of that type already. */
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
        /** @description One template's document and its `meta`. */
        get: operations["templates_get"];
        /**
         * @description Replace the document; a change makes a new version.
         *
         *     409 with a list if series or waiting jobs would not pass any more, unless `force` is given.
         */
        put: operations["templates_replace"];
        post?: never;
        /** @description Delete a template; one that has jobs is archived instead. */
        delete: operations["templates_delete"];
        options?: never;
        head?: never;
        /** @description Replace some keys of the document; null takes an optional key out. */
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
        /** @description What a form is made from: JSON Schema 2020-12, hints, default values. */
        get: operations["templates_form"];
        put?: never;
        post?: never;
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
        /** @description The payload with defaults filled in, or 400 exactly as creating the job would answer. */
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
        /** @description Every version, newest first. */
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
        /** @description One version, and what changed in it `against` another: dotted paths with what stood and stands there. */
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
        /** @description The authors' documents, ready to be imported again. */
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
         * @description Store every template of the file, or none. `prune` archives what it leaves out. `dry_run` only tells,
         *     with what would change in each template.
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
        /** @description Your tokens, newest first, expired ones included. */
        get: operations["tokens_list"];
        put?: never;
        /** @description A new token with your rights, for `Authorization: Token ...`. Keep it: it cannot be shown again. */
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
        /** @description Revoke a token: your own, or anybody's as admin. */
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
        /** @description All users, by name. */
        get: operations["users_list"];
        put?: never;
        /** @description A new user. 409 `user_exists`. */
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
        /** @description One user. */
        get: operations["users_show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** @description Change role, password, or whether the user may come in at all. 409 `last_admin`. */
        patch: operations["users_change"];
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
        /** @description Open `/ws/jobs/?ticket=...` with it, once, within 30 seconds. */
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
    schemas: never;
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    events_list: {
        parameters: {
            query?: {
                after?: number;
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
                                };
                                /** Format: date-time */
                                start_time: string;
                                /** Format: date-time */
                                created_at: string;
                                /** Format: date-time */
                                started_at: string | null;
                                /** Format: date-time */
                                terminated_at: string | null;
                                completion_percentage: number;
                                progress_message: string;
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
                                /** @description The payload is cut; the job itself has it whole. */
                                truncated?: boolean;
                            };
                        }[];
                        next: number;
                    };
                };
            };
        };
    };
    jobs_list: {
        parameters: {
            query?: {
                before?: string;
                created_after?: string;
                created_before?: string;
                created_by?: string;
                /** @description Repeatable. */
                job_type?: string[];
                page_size?: number;
                /** @description An id in full, or a part of the type's or the author's name. */
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
                            };
                            /** Format: date-time */
                            start_time: string;
                            /** Format: date-time */
                            created_at: string;
                            /** Format: date-time */
                            started_at: string | null;
                            /** Format: date-time */
                            terminated_at: string | null;
                            completion_percentage: number;
                            progress_message: string;
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
                            /** @description The payload is cut; the job itself has it whole. */
                            truncated?: boolean;
                        }[];
                    };
                };
            };
        };
    };
    jobs_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key, caller and body within 24 h is the same job. */
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
                     * @description Due so long from now; without it the template's own delay.
                     */
                    start_in_seconds?: number;
                    /**
                     * start_at
                     * Format: date-time
                     * @description Due then; a time in the past is now.
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
                        };
                        /** Format: date-time */
                        start_time: string;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        started_at: string | null;
                        /** Format: date-time */
                        terminated_at: string | null;
                        completion_percentage: number;
                        progress_message: string;
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
                        result: unknown;
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
                        };
                        /** Format: date-time */
                        start_time: string;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        started_at: string | null;
                        /** Format: date-time */
                        terminated_at: string | null;
                        completion_percentage: number;
                        progress_message: string;
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
                        result: unknown;
                    };
                };
            };
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        type: string;
                        errors: {
                            code: string;
                            detail: string;
                            attr: string | null;
                        }[];
                    };
                };
            };
        };
    };
    jobs_get: {
        parameters: {
            query?: {
                /** @description Answer when the job has ended, or after so many seconds. */
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
                        };
                        /** Format: date-time */
                        start_time: string;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        started_at: string | null;
                        /** Format: date-time */
                        terminated_at: string | null;
                        completion_percentage: number;
                        progress_message: string;
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
                        result: unknown;
                    };
                };
            };
        };
    };
    jobs_history: {
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
                        results: {
                            kind: string;
                            /** Format: date-time */
                            at: string;
                            actor: string;
                            attempt: number;
                            /** @enum {string} */
                            state: "scheduled" | "queued" | "running" | "succeeded" | "failed" | "terminated";
                            worker: string | null;
                            completion_percentage: number;
                            progress_message: string;
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
                        };
                        /** Format: date-time */
                        start_time: string;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        started_at: string | null;
                        /** Format: date-time */
                        terminated_at: string | null;
                        completion_percentage: number;
                        progress_message: string;
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
                        result: unknown;
                    };
                };
            };
        };
    };
    jobs_rerun: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key, caller and body within 24 h is the same job. */
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
                        };
                        /** Format: date-time */
                        start_time: string;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        started_at: string | null;
                        /** Format: date-time */
                        terminated_at: string | null;
                        completion_percentage: number;
                        progress_message: string;
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
                        result: unknown;
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
                        };
                        /** Format: date-time */
                        start_time: string;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        started_at: string | null;
                        /** Format: date-time */
                        terminated_at: string | null;
                        completion_percentage: number;
                        progress_message: string;
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
                        result: unknown;
                    };
                };
            };
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
                        };
                        /** Format: date-time */
                        start_time: string;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        started_at: string | null;
                        /** Format: date-time */
                        terminated_at: string | null;
                        completion_percentage: number;
                        progress_message: string;
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
                        result: unknown;
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
                        };
                        /** Format: date-time */
                        start_time: string;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        started_at: string | null;
                        /** Format: date-time */
                        terminated_at: string | null;
                        completion_percentage: number;
                        progress_message: string;
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
                        result: unknown;
                    };
                };
            };
        };
    };
    jobs_create_bulk: {
        parameters: {
            query?: never;
            header?: never;
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
                         * @description Due so long from now; without it the template's own delay.
                         */
                        start_in_seconds?: number;
                        /**
                         * start_at
                         * Format: date-time
                         * @description Due then; a time in the past is now.
                         */
                        start_at?: string;
                        /** priority */
                        priority?: number;
                    }[];
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
                        job_ids: string[];
                    };
                };
            };
        };
    };
    jobs_counts: {
        parameters: {
            query?: {
                created_after?: string;
                created_before?: string;
                created_by?: string;
                /** @description Repeatable. */
                job_type?: string[];
                /** @description An id in full, or a part of the type's or the author's name. */
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
                        /** Format: date-time */
                        created_after?: string;
                        /** Format: date-time */
                        created_before?: string;
                        created_by?: string;
                        /** Format: uuid */
                        series?: string;
                        search?: string;
                    };
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
                    };
                };
            };
        };
    };
    queues_list: {
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
                        results: {
                            queue: string;
                            waiting: number;
                            oldest_seconds: number | null;
                            workers: number;
                        }[];
                    };
                };
            };
        };
    };
    series_list: {
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
                        results: {
                            /** Format: uuid */
                            id: string;
                            job_type: string;
                            payload: {
                                [key: string]: unknown;
                            } | null;
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
        };
    };
    series_create: {
        parameters: {
            query?: never;
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
                    job_type: string;
                    /** @description As of a job; null: the template's defaults, whatever they are then. */
                    payload?: unknown;
                    /** @description The pause after each run. */
                    every_seconds?: number;
                    crontab?: string;
                    /** @description Of the crontab, such as Europe/Berlin. */
                    time_zone?: string;
                    /**
                     * @description What a crontab's time is worth that passed while nothing ran.
                     * @enum {string}
                     */
                    on_missed?: "skip" | "run_once";
                    max_runs?: number | null;
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
                        /** Format: uuid */
                        id: string;
                        job_type: string;
                        payload: {
                            [key: string]: unknown;
                        } | null;
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
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        type: string;
                        errors: {
                            code: string;
                            detail: string;
                            attr: string | null;
                        }[];
                    };
                };
            };
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
                    /** @description As of a job; null: the template's defaults, whatever they are then. */
                    payload?: unknown;
                    /** @description The pause after each run. */
                    every_seconds?: number;
                    crontab?: string;
                    /** @description Of the crontab, such as Europe/Berlin. */
                    time_zone?: string;
                    /**
                     * @description What a crontab's time is worth that passed while nothing ran.
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
                        };
                        /** Format: date-time */
                        start_time: string;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        started_at: string | null;
                        /** Format: date-time */
                        terminated_at: string | null;
                        completion_percentage: number;
                        progress_message: string;
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
                        result: unknown;
                    };
                };
            };
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
                        } | null;
                        version: string;
                        /** @description For X-CSRFToken, where a page cannot read our cookie. */
                        csrf_token: string;
                    };
                };
            };
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
                        } | null;
                        version: string;
                        /** @description For X-CSRFToken, where a page cannot read our cookie. */
                        csrf_token: string;
                    };
                };
            };
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
                    /** @description The template that is edited: the type must stay. */
                    job_type?: string;
                    /** @description A payload to try. */
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
                            code: string;
                            detail: string;
                            attr: string | null;
                        }[];
                        warnings: {
                            code: string;
                            detail: string;
                            attr: string | null;
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
                                code: string;
                                detail: string;
                                attr: string | null;
                            }[];
                        } | null;
                    };
                };
            };
        };
    };
    templates_list: {
        parameters: {
            query?: {
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
                                /** @description Whether a handler of this type was found. */
                                handler: boolean;
                                warnings: {
                                    code: string;
                                    detail: string;
                                    attr: string | null;
                                }[];
                                /** Format: date-time */
                                updated_at: string;
                                updated_by: string;
                            };
                        } & {
                            [key: string]: unknown;
                        })[];
                    };
                };
            };
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
                            /** @description Whether a handler of this type was found. */
                            handler: boolean;
                            warnings: {
                                code: string;
                                detail: string;
                                attr: string | null;
                            }[];
                            /** Format: date-time */
                            updated_at: string;
                            updated_by: string;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
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
                            /** @description Whether a handler of this type was found. */
                            handler: boolean;
                            warnings: {
                                code: string;
                                detail: string;
                                attr: string | null;
                            }[];
                            /** Format: date-time */
                            updated_at: string;
                            updated_by: string;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    templates_replace: {
        parameters: {
            query?: {
                /** @description Store it although series or waiting jobs would not pass: they stay on the version from before. */
                force?: boolean;
            };
            header?: {
                /** @description The version you edited, like "3"; 409 if it is stale. */
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
                            /** @description Whether a handler of this type was found. */
                            handler: boolean;
                            warnings: {
                                code: string;
                                detail: string;
                                attr: string | null;
                            }[];
                            /** Format: date-time */
                            updated_at: string;
                            updated_by: string;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    templates_delete: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version you edited, like "3"; 409 if it is stale. */
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
        };
    };
    templates_change: {
        parameters: {
            query?: {
                /** @description Store it although series or waiting jobs would not pass: they stay on the version from before. */
                force?: boolean;
            };
            header?: {
                /** @description The version you edited, like "3"; 409 if it is stale. */
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
                            /** @description Whether a handler of this type was found. */
                            handler: boolean;
                            warnings: {
                                code: string;
                                detail: string;
                                attr: string | null;
                            }[];
                            /** Format: date-time */
                            updated_at: string;
                            updated_by: string;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
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
                    /** @description As it would be sent to create a job. */
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
        };
    };
    templates_versions: {
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
        };
    };
    templates_version: {
        parameters: {
            query?: {
                /** @description Another version; without it the one before. */
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
        };
    };
    templates_import: {
        parameters: {
            query?: {
                dry_run?: boolean;
                /** @description Store it although series or waiting jobs would not pass: they stay on the version from before. */
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
                            code: string;
                            detail: string;
                            attr: string | null;
                        }[];
                        /** @description Of a dry run: what would differ in each template of `updated`. */
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
        };
    };
    tokens_list: {
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
                        results: {
                            id: number;
                            name: string;
                            /** Format: date-time */
                            created_at: string;
                            /** Format: date-time */
                            expires_at: string;
                        }[];
                    };
                };
            };
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
                    days?: number;
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
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        expires_at: string;
                        /** @description Shown only here. */
                        token: string;
                    };
                };
            };
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
        };
    };
    users_list: {
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
                        results: {
                            username: string;
                            /** @enum {string} */
                            role: "viewer" | "operator" | "editor" | "admin";
                            active: boolean;
                            /** Format: date-time */
                            created_at: string;
                            /** Format: date-time */
                            last_sign_in: string | null;
                        }[];
                    };
                };
            };
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
                    username: string;
                    /**
                     * @default viewer
                     * @enum {string}
                     */
                    role?: "viewer" | "operator" | "editor" | "admin";
                    /** @description Without one, only tokens and links let the user in. */
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
                        username: string;
                        /** @enum {string} */
                        role: "viewer" | "operator" | "editor" | "admin";
                        active: boolean;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        last_sign_in: string | null;
                    };
                };
            };
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
                        username: string;
                        /** @enum {string} */
                        role: "viewer" | "operator" | "editor" | "admin";
                        active: boolean;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        last_sign_in: string | null;
                    };
                };
            };
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
                        username: string;
                        /** @enum {string} */
                        role: "viewer" | "operator" | "editor" | "admin";
                        active: boolean;
                        /** Format: date-time */
                        created_at: string;
                        /** Format: date-time */
                        last_sign_in: string | null;
                    };
                };
            };
        };
    };
    workers_list: {
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
        };
    };
}

import { useRef } from "react";

import { toJson } from "@/lib/json";
import { makeRandomKey } from "@/lib/random-key";
import type { Job, JsonObject } from "@/types/api";
import { useCreateJob, type NewJob } from "./api/create-job";
import { useRerunJob } from "./api/rerun-job";

/** A second click within this time is part of a double click. */
const DOUBLE_CLICK_MS = 1_000;

type Submission = { job: NewJob; onCreated: (job: Job) => void };

export type NewJobSender = { send: (submission: Submission) => void; error: Error | null; isPending: boolean };

/** Creates one job per filled-in form, even if it is submitted twice or retried: the same values have the same key. */
export function useNewJob(rerunOf: Job | undefined): NewJobSender {
  const create = useCreateJob();
  const rerun = useRerunJob(rerunOf?.job_id ?? "");
  // A ref, because isPending changes only with the next render, too late for a second click.
  const isSending = useRef(false);
  const last = useRef({ body: "", key: "", createdAt: -DOUBLE_CLICK_MS });
  const getKey = (job: NewJob): string => {
    const body = toJson(job);
    if (last.current.body !== body) last.current = { ...last.current, body, key: makeRandomKey() };
    return last.current.key;
  };
  const used = rerunOf ? rerun : create;
  return {
    error: used.error,
    isPending: used.isPending,
    send: ({ job, onCreated }) => {
      if (isSending.current || performance.now() - last.current.createdAt < DOUBLE_CLICK_MS) return;
      const onSuccess = (created: Job): void => {
        // After a success, the same values create another job.
        last.current = { body: "", key: "", createdAt: performance.now() };
        onCreated(created);
      };
      const onSettled = (): void => {
        isSending.current = false;
      };
      const idempotencyKey = getKey(job);
      isSending.current = true;
      if (rerunOf) rerun.mutate({ payload: job.payload, idempotencyKey }, { onSuccess, onSettled });
      else create.mutate({ job, idempotencyKey }, { onSuccess, onSettled });
    },
  };
}

/** Returns path and body of the request that creates or re-runs a job. */
export function buildRequest(job: NewJob, rerunOf: Job | undefined): { path: string; body: JsonObject } {
  return rerunOf ? { path: `jobs/${rerunOf.job_id}/rerun/`, body: { payload: job.payload } } : { path: "jobs/", body: job };
}

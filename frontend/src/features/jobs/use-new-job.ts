import { useRef } from "react";

import { toJson } from "@/lib/json";
import { randomKey } from "@/lib/random-key";
import type { Job, JsonObject } from "@/types/api";
import { useCreateJob, type NewJob } from "./api/create-job";
import { useRerunJob } from "./api/rerun-job";

/** The second half of a double click comes this soon. */
const DOUBLE_CLICK_MS = 1_000;

type Sent = { job: NewJob; onCreated: (job: Job) => void };

export type NewJobSender = { send: (sent: Sent) => void; error: Error | null; isPending: boolean };

/** One fill-in makes one job, however often it is sent: while it is on its way, and when it is tried again. */
export function useNewJob(rerunOf: Job | undefined): NewJobSender {
  const create = useCreateJob();
  const rerun = useRerunJob(rerunOf?.job_id ?? "");
  // Not isPending, which a second click in the same moment does not know of yet.
  const onItsWay = useRef(false);
  const last = useRef({ body: "", key: "", createdAt: -DOUBLE_CLICK_MS });
  const keyOf = (job: NewJob): string => {
    const body = toJson(job);
    if (last.current.body !== body) last.current = { ...last.current, body, key: randomKey() };
    return last.current.key;
  };
  const used = rerunOf ? rerun : create;
  return {
    error: used.error,
    isPending: used.isPending,
    send: ({ job, onCreated }) => {
      if (onItsWay.current || performance.now() - last.current.createdAt < DOUBLE_CLICK_MS) return;
      const onSuccess = (created: Job): void => {
        // Another one with the same values is another job.
        last.current = { body: "", key: "", createdAt: performance.now() };
        onCreated(created);
      };
      const onSettled = (): void => {
        onItsWay.current = false;
      };
      const idempotencyKey = keyOf(job);
      onItsWay.current = true;
      if (rerunOf) rerun.mutate({ payload: job.payload, idempotencyKey }, { onSuccess, onSettled });
      else create.mutate({ job, idempotencyKey }, { onSuccess, onSettled });
    },
  };
}

export function bodyOf(job: NewJob, rerunOf: Job | undefined): { path: string; body: JsonObject } {
  return rerunOf ? { path: `jobs/${rerunOf.job_id}/rerun/`, body: { payload: job.payload } } : { path: "jobs/", body: job };
}

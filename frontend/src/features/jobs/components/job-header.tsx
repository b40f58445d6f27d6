import { Button } from "@mantine/core";
import { IconPencil, IconRefresh } from "@tabler/icons-react";
import { useState } from "react";
import { Link, useNavigate } from "react-router";

import { CopyButton } from "@/components/copy-button";
import { PageHeader } from "@/components/page-header";
import { StateBadge } from "@/components/state-badge";
import { describeError } from "@/lib/api-error";
import { useRightsOn } from "@/lib/job-rights";
import { hasEnded } from "@/lib/job-states";
import { paths } from "@/lib/paths";
import { makeRandomKey } from "@/lib/random-key";
import { showToast } from "@/lib/toast";
import type { Job } from "@/types/api";
import { useRerunJob } from "../api/rerun-job";
import { TerminateDialog } from "./terminate-dialog";

export function JobHeader({ job }: { job: Job }) {
  return (
    <PageHeader
      above={
        <>
          <Link to={paths.jobs}>Jobs</Link> / <Link to={paths.jobsOf(job.job_type)}>{job.job_type}</Link>
        </>
      }
      title={
        <>
          {job.job_type} <StateBadge job={job} />
        </>
      }
      below={
        <>
          <code>{job.job_id}</code> <CopyButton text={job.job_id} what="the job id" />
        </>
      }
      actions={<JobActions job={job} />}
    />
  );
}

function JobActions({ job }: { job: Job }) {
  const rights = useRightsOn(job.job_type);
  // A re-run takes the payload of this job, so one has to read it.
  const mayRerun = rights.create && !job.hidden;
  const [asking, setAsking] = useState(false);
  const navigate = useNavigate();
  const rerun = useRerunJob(job.job_id);
  // The key makes retries idempotent: a retry after a lost response creates no second job.
  const [idempotencyKey] = useState(makeRandomKey);
  const runAgain = (): void => {
    if (rerun.isPending) return;
    rerun.mutate({ idempotencyKey }, {
      onSuccess: (created) => {
        showToast("good", `${created.job_type} runs again as a new job`);
        void navigate(paths.job(created.job_id));
      },
      onError: (error) => showToast("bad", `It was not run again. ${describeError(error)}`),
    });
  };
  return (
    <>
      {rights.stop && !hasEnded(job) && !job.terminate_requested_at && (
        <Button color="red" variant="light" onClick={() => setAsking(true)}>
          Terminate
        </Button>
      )}
      {mayRerun && (
        <>
          <Button variant="default" loading={rerun.isPending} leftSection={<IconRefresh size={16} aria-hidden />} onClick={runAgain}>
            Re-run
          </Button>
          <Button component={Link} to={paths.rerunJob(job)} variant="default" leftSection={<IconPencil size={16} aria-hidden />}>
            Edit and re-run
          </Button>
        </>
      )}
      {asking && <TerminateDialog job={job} onClose={() => setAsking(false)} />}
    </>
  );
}

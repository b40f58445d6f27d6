import { Button } from "@mantine/core";
import { IconGhost } from "@tabler/icons-react";
import { Link, useParams } from "react-router";

import { EmptyState } from "@/components/empty-state";
import { ErrorNote } from "@/components/error-note";
import { PageSkeleton } from "@/components/page-skeleton";
import { PageTitle } from "@/components/page-title";
import { useJob } from "@/features/jobs/api/get-job";
import { JobDetails } from "@/features/jobs/components/job-details";
import { useTemplate } from "@/lib/templates";
import { isStatus } from "@/lib/api-error";
import { paths } from "@/lib/paths";
import type { Job } from "@/types/api";

export function JobRoute() {
  const { jobId = "" } = useParams();
  const job = useJob(jobId);
  return (
    <>
      <PageTitle text={job.data?.job_type ?? "Job"} />
      {job.isPending && <PageSkeleton />}
      {isStatus(job.error, 404) && !job.data && <NoSuchJob />}
      {job.error && !isStatus(job.error, 404) && (
        <ErrorNote title="The job could not be read" error={job.error} onRetry={() => void job.refetch()} />
      )}
      {job.data && <WithTemplate key={jobId} job={job.data} />}
    </>
  );
}

/** Adds the current version of the template, which may be newer than the version of the job. */
function WithTemplate({ job }: { job: Job }) {
  const template = useTemplate(job.job_type);
  return <JobDetails job={job} newestVersion={template.data?.meta.version} />;
}

function NoSuchJob() {
  return (
    <EmptyState
      wholePage
      icon={<IconGhost size={26} />}
      title="There is no such job"
      action={
        <Button component={Link} to={paths.jobs} variant="default">
          Go to jobs
        </Button>
      }
    >
      It never existed, or you may not see it: an admin can give you a grant.
    </EmptyState>
  );
}

import { Button } from "@mantine/core";
import { IconFilterOff, IconListDetails } from "@tabler/icons-react";
import { Link } from "react-router";

import { EmptyState } from "@/components/empty-state";
import { PageHeader } from "@/components/page-header";
import { PageTitle } from "@/components/page-title";
import { JobFilters } from "@/features/jobs/components/job-filters";
import { JobList } from "@/features/jobs/components/job-list";
import { ManyJobsMenu } from "@/features/jobs/components/many-jobs-menu";
import { Operations } from "@/features/jobs/components/operations";
import { useJobFilters } from "@/features/jobs/use-job-filters";
import { useMaySomewhere } from "@/lib/job-rights";
import { paths } from "@/lib/paths";
import { useTemplates } from "@/lib/templates";

export function JobsRoute() {
  const state = useJobFilters();
  const templates = useTemplates();
  const mayCreate = useMaySomewhere("create");
  return (
    <>
      <PageTitle text="Jobs" />
      <PageHeader title="Jobs" actions={<ManyJobsMenu state={state} />} />
      <Operations />
      <JobFilters state={state} jobTypes={templates.data?.map((template) => template.type) ?? []} />
      <JobList
        state={state}
        empty={
          <EmptyState
            icon={<IconListDetails size={26} />}
            title="No jobs yet"
            action={
              mayCreate && (
                <Button component={Link} to={paths.createJob()}>
                  Create the first job
                </Button>
              )
            }
          >
            A job runs the handler of a template. Its row appears here the moment it is created, by anyone.
          </EmptyState>
        }
        noMatch={
          <EmptyState
            icon={<IconFilterOff size={26} />}
            title="No job matches the filters"
            action={
              <Button variant="default" onClick={state.clear}>
                Clear filters
              </Button>
            }
          />
        }
      />
    </>
  );
}

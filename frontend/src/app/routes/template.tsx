import { Button } from "@mantine/core";
import { IconTemplateOff } from "@tabler/icons-react";
import { Link, useParams } from "react-router";

import { EmptyState } from "@/components/empty-state";
import { ErrorNote } from "@/components/error-note";
import { PageSkeleton } from "@/components/page-skeleton";
import { PageTitle } from "@/components/page-title";
import { useTemplate } from "@/lib/templates";
import { Timeline } from "@/features/audit/components/timeline";
import { TemplateDetails } from "@/features/templates/components/template-details";
import { isStatus } from "@/lib/api-error";
import { paths } from "@/lib/paths";

export function TemplateRoute() {
  const { type = "" } = useParams();
  const template = useTemplate(type);
  const missing = isStatus(template.error, 404);
  return (
    <>
      <PageTitle text={template.data?.label ?? type} />
      {template.isPending && <PageSkeleton />}
      {missing && (
        <EmptyState
          wholePage
          icon={<IconTemplateOff size={26} />}
          title={`There is no template ${type}`}
          action={
            <Button component={Link} to={paths.templates} variant="default">
              Go to templates
            </Button>
          }
        >
          It never existed, or you may not see it: an admin can give you a grant.
        </EmptyState>
      )}
      {template.error && !missing && (
        <ErrorNote title="The template could not be read" error={template.error} onRetry={() => void template.refetch()} />
      )}
      {template.data && <TemplateDetails key={type} template={template.data} timeline={<Timeline object={`template:${type}`} />} />}
    </>
  );
}

import { Button } from "@mantine/core";
import { IconCompass } from "@tabler/icons-react";
import { Link } from "react-router";

import { EmptyState } from "@/components/empty-state";
import { PageTitle } from "@/components/page-title";
import { paths } from "@/lib/paths";

export function NotFoundRoute() {
  return (
    <>
      <PageTitle text="Not found" />
      <EmptyState
        wholePage
        icon={<IconCompass size={26} />}
        title="There is nothing at this address"
        action={
          <Button component={Link} to={paths.jobs} variant="default">
            Go to jobs
          </Button>
        }
      >
        The link may be old, or it points to something you may not see.
      </EmptyState>
    </>
  );
}

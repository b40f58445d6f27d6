import { IconEye } from "@tabler/icons-react";
import { Outlet } from "react-router";

import { EmptyState } from "@/components/empty-state";
import { PageTitle } from "@/components/page-title";
import { useCurrentUser } from "@/lib/current-user";

/** Pages that are there to change something: an admin who looks at the platform as somebody else gets the reason instead. */
export function NotWhileLooking() {
  const { viewer } = useCurrentUser();
  if (!viewer) return <Outlet />;
  return (
    <>
      <PageTitle text="Looking as somebody else" />
      <EmptyState wholePage icon={<IconEye size={26} />} title="Not while you look as somebody else">
        This page is for changes, and nothing can be changed now. Press End above, and it opens.
      </EmptyState>
    </>
  );
}

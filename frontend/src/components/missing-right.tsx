import { Button } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Link } from "react-router";

import { EmptyState } from "./empty-state";

type MissingRightProps = { title: string; back: { to: string; label: string }; wholePage?: boolean; children: ReactNode };

/** Shown instead of a page that the user may not use: what is missing, whom to ask, and where to go from here. */
export function MissingRight({ title, back, wholePage = true, children }: MissingRightProps) {
  return (
    <EmptyState
      wholePage={wholePage}
      icon={<IconLock size={26} />}
      title={title}
      action={
        <Button component={Link} to={back.to} variant="default">
          {back.label}
        </Button>
      }
    >
      {children}
    </EmptyState>
  );
}

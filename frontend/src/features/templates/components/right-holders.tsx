import { NativeSelect, Skeleton } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";

import { ErrorNote } from "@/components/error-note";
import { Panel } from "@/components/panel";
import { paths } from "@/lib/paths";
import type { JobRight } from "@/types/api";
import { useRightHolders } from "../api/list-holders";
import classes from "./template-details.module.css";

const RIGHTS: { value: JobRight; label: string }[] = [
  { value: "see", label: "see that it runs" },
  { value: "read", label: "read its jobs" },
  { value: "run", label: "run it" },
  { value: "stop", label: "stop its jobs" },
  { value: "edit", label: "edit it" },
];

/** Lists for admins who has a right on a job type, and what gives it: the role, or a grant. */
export function RightHolders({ type }: { type: string }) {
  const [right, setRight] = useState<JobRight>("run");
  const holders = useRightHolders(type, right);
  const active = holders.data?.filter((holder) => holder.active);
  return (
    <Panel title="Who may" aside={<Link to={paths.access}>Grants</Link>}>
      <NativeSelect
        aria-label="Who may do what"
        size="xs"
        data={RIGHTS}
        value={right}
        onChange={(event) => setRight(RIGHTS.find(({ value }) => value === event.currentTarget.value)?.value ?? "run")}
      />
      {holders.isPending && <Skeleton height={40} mt={10} />}
      {holders.error && <ErrorNote title="Not read" error={holders.error} onRetry={() => void holders.refetch()} />}
      {active?.length === 0 && <p className={classes.nobody}>Nobody.</p>}
      <ul className={classes.holders}>
        {active?.map(({ name, by }) => (
          <li key={name}>
            <strong>{name}</strong> <span>{by.join(", ")}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

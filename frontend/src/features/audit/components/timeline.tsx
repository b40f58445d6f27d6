import { Skeleton } from "@mantine/core";
import { Link } from "react-router";

import { ErrorNote } from "@/components/error-note";
import { Panel } from "@/components/panel";
import { Time } from "@/components/time";
import { paths } from "@/lib/paths";
import { useAudit } from "../api/list-audit";
import { describeAction } from "../audit-text";
import classes from "./audit.module.css";
import { EntryChanges } from "./entry-changes";

const SHOWN = 8;

/** The newest changes of one object, such as `template:otp_send_job`, for admins. */
export function Timeline({ object }: { object: string }) {
  const audit = useAudit({ actor: "", action: "", object, via: "", after: "", before: "" }, SHOWN);
  const rows = audit.data?.pages[0]?.results;
  return (
    <Panel title="Changes" aside={<Link to={paths.auditOf(object)}>Audit trail</Link>}>
      {audit.isPending && <Skeleton height={40} />}
      {audit.error && <ErrorNote title="Not read" error={audit.error} onRetry={() => void audit.refetch()} />}
      {rows?.length === 0 && <p className={classes.nothing}>None is recorded.</p>}
      <ol className={classes.timeline}>
        {rows?.map((entry) => (
          <li key={entry.id}>
            {describeAction(entry.action)} by <strong>{entry.actor}</strong>, <Time at={entry.at} />
            <EntryChanges entry={entry} />
          </li>
        ))}
      </ol>
    </Panel>
  );
}

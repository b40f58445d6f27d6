import { Button, Skeleton } from "@mantine/core";
import { useState } from "react";

import { ErrorNote } from "@/components/error-note";
import { JsonView } from "@/components/json-view";
import { Panel } from "@/components/panel";
import { Time } from "@/components/time";
import { useRightsOn } from "@/lib/job-rights";
import { useTemplateVersions } from "../api/list-versions";
import { RollbackDialog } from "./rollback-dialog";
import classes from "./template-details.module.css";
import { VersionChanges } from "./version-changes";

/** Lists all versions, newest first, and compares two of them. A job keeps the version it was created from. */
export function TemplateVersions({ type }: { type: string }) {
  const versions = useTemplateVersions(type);
  const { edit: mayEdit } = useRightsOn(type);
  const [rollingBackTo, setRollingBackTo] = useState<number | null>(null);
  const newest = versions.data?.[0]?.version ?? 0;
  return (
    <Panel title="Versions">
      {versions.isPending && <Skeleton height={40} />}
      {versions.error && <ErrorNote title="Not read" error={versions.error} onRetry={() => void versions.refetch()} />}
      {newest > 1 && <VersionChanges type={type} newest={newest} />}
      <ol className={classes.versions}>
        {versions.data?.map(({ version, created_at, created_by, document }) => (
          <li key={version}>
            <details>
              <summary>
                Version {version}, <Time at={created_at} /> by {created_by}
              </summary>
              <JsonView value={document} what={`version ${version}`} />
              {mayEdit && version !== newest && (
                <Button size="compact-sm" variant="default" fw={500} onClick={() => setRollingBackTo(version)}>
                  Make version {version} the newest again
                </Button>
              )}
            </details>
          </li>
        ))}
      </ol>
      {rollingBackTo !== null && (
        <RollbackDialog type={type} version={rollingBackTo} newest={newest} onClose={() => setRollingBackTo(null)} />
      )}
    </Panel>
  );
}

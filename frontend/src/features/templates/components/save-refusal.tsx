import { Alert, Button } from "@mantine/core";
import { IconGitMerge } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";

import { ErrorNote } from "@/components/error-note";
import { ApiError, isStatus } from "@/lib/api-error";
import type { Template } from "@/types/api";
import { useTemplate } from "@/lib/templates";
import { reviewQuery } from "../api/review-template";
import { ChangeList } from "@/components/change-list";
import { IncompatiblePayloads } from "./incompatible-payloads";
import classes from "./template-editor.module.css";

type SaveRefusalProps = {
  error: Error;
  /** The type of the stored template; undefined for a new one. */
  type: string | undefined;
  text: string;
  onSaveOver: (stored: Template) => void;
  onTakeTheirs: (stored: Template) => void;
  onPin: () => void;
};

/** Shows why a template was not saved, with the possible actions. Problems of the document are shown at their lines. */
export function SaveRefusal({ error, type, text, onSaveOver, onTakeTheirs, onPin }: SaveRefusalProps) {
  if (type === undefined || !isStatus(error, 409)) {
    const shownAtLines = error instanceof ApiError && error.status === 400;
    return shownAtLines ? null : <ErrorNote title="It was not saved" error={error} />;
  }
  const conflict = error.problems.some(({ code }) => code === "version_conflict");
  if (conflict) return <Conflict {...{ type, text, onSaveOver, onTakeTheirs }} />;
  return <IncompatiblePayloads problems={error.problems} pinLabel="Save, and keep these on their version" onPin={onPin} />;
}

type ConflictProps = Pick<SaveRefusalProps, "text" | "onSaveOver" | "onTakeTheirs"> & { type: string };

function Conflict({ type, text, onSaveOver, onTakeTheirs }: ConflictProps) {
  const stored = useTemplate(type);
  const changes = useQuery(reviewQuery(type, text));
  if (!stored.data) return stored.error && <ErrorNote title="The stored template could not be read" error={stored.error} />;
  const { data } = stored;
  return (
    <Alert role="alert" variant="light" color="yellow" icon={<IconGitMerge size={18} aria-hidden />} title={`${data.meta.updated_by} saved version ${data.meta.version} meanwhile`}>
      <p>Yours is still in the editor. To save it over theirs would change:</p>
      {changes.data && <ChangeList changes={changes.data} />}
      <div className={classes.actions}>
        <Button size="xs" variant="default" onClick={() => onTakeTheirs(data)}>
          Discard mine, load theirs
        </Button>
        <Button size="xs" color="red" variant="light" onClick={() => onSaveOver(data)}>
          Save mine over theirs
        </Button>
      </div>
    </Alert>
  );
}

import { Button, Checkbox, Textarea } from "@mantine/core";
import { IconFileUpload } from "@tabler/icons-react";
import { useState, type DragEvent } from "react";

import { closeDialog, Dialog, DialogActions } from "@/components/dialog";
import { ApiError, describeError, isStatus } from "@/lib/api-error";
import { showToast } from "@/lib/toast";
import type { ImportReport } from "@/types/api";
import { useImportTemplates } from "../api/import-templates";
import classes from "./import-dialog.module.css";
import { ImportReportView } from "./import-report";
import { IncompatiblePayloads } from "./incompatible-payloads";
import { ProblemItem } from "./problem-item";

/** Imports a file or pasted text. A dry run, which stores nothing, first shows what would change. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState("");
  const [prune, setPrune] = useState(false);
  const [pinIncompatible, setPinIncompatible] = useState(false);
  const dryRun = useImportTemplates();
  const storing = useImportTemplates();
  // A change of the input makes the earlier results stale.
  const resetResults = (): void => {
    setPinIncompatible(false);
    dryRun.reset();
    storing.reset();
  };
  const changeText = (chosen: string): void => {
    setText(chosen);
    resetResults();
  };
  const runCheck = (): void => dryRun.mutate({ text, prune, pinIncompatible, dryRun: true });
  const pinAndCheck = (): void => {
    setPinIncompatible(true);
    storing.reset();
    dryRun.mutate({ text, prune, pinIncompatible: true, dryRun: true });
  };
  const confirm = (button: Element): void => {
    if (storing.isPending) return;
    storing.mutate(
      { text, prune, pinIncompatible, dryRun: false },
      {
        onSuccess: (report) => {
          closeDialog(button);
          showToast("good", describeImport(report));
        },
      },
    );
  };
  const error = storing.error ?? dryRun.error;
  return (
    <Dialog title="Import templates" wide onClose={onClose}>
      <TextSource text={text} onText={changeText} />
      <Checkbox
        mt="sm"
        label="Archive the templates that this file leaves out"
        checked={prune}
        onChange={(event) => {
          setPrune(event.currentTarget.checked);
          resetResults();
        }}
      />
      {error && <ImportRefusal error={error} onPin={pinAndCheck} />}
      {!error && dryRun.data && <ImportReportView report={dryRun.data} />}
      <DialogActions>
        <Button variant="default" onClick={(event) => closeDialog(event.currentTarget)}>
          Cancel
        </Button>
        <Button variant={dryRun.data ? "default" : "filled"} loading={dryRun.isPending} onClick={runCheck}>
          Check
        </Button>
        {dryRun.data && !error && (
          <Button loading={storing.isPending} onClick={(event) => confirm(event.currentTarget)}>
            Import
          </Button>
        )}
      </DialogActions>
    </Dialog>
  );
}

/** Shows why an import was refused: problems of the file, or series and jobs with incompatible payloads. */
function ImportRefusal({ error, onPin }: { error: Error; onPin: () => void }) {
  if (isStatus(error, 400) && error.problems.some(({ code }) => code === "prunes_everything")) {
    return (
      <>
        <ImportProblems error={error} />
        <Button size="xs" variant="default" onClick={onPin}>
          Archive them all
        </Button>
      </>
    );
  }
  if (!isStatus(error, 409) || error.problems.some(({ code }) => code !== "would_not_pass")) return <ImportProblems error={error} />;
  return <IncompatiblePayloads problems={error.problems} pinLabel="Import anyway, and keep these on their version" onPin={onPin} />;
}

function describeImport({ created, updated, archived }: ImportReport): string {
  const words = `Imported: ${created.length} new, ${updated.length} changed`;
  return archived.length > 0 ? `${words}, ${archived.length} archived` : words;
}

function TextSource({ text, onText }: { text: string; onText: (text: string) => void }) {
  const read = (files: FileList | null): void => {
    void files?.[0]?.text().then(onText);
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    read(event.dataTransfer.files);
  };
  return (
    <div onDragOver={(event) => event.preventDefault()} onDrop={drop}>
      <label className={classes.file}>
        <IconFileUpload size={20} aria-hidden />
        <span>Choose a template file, or drop it here</span>
        <input type="file" accept=".json,application/json" onChange={(event) => read(event.currentTarget.files)} />
      </label>
      <Textarea
        label="Or paste its JSON"
        classNames={{ input: classes.json }}
        rows={7}
        spellCheck={false}
        value={text}
        onChange={(event) => onText(event.currentTarget.value)}
      />
    </div>
  );
}

function ImportProblems({ error }: { error: Error }) {
  const problems = error instanceof ApiError ? error.problems : [];
  return (
    <div className={classes.problems} role="alert">
      <p className={classes.heading}>Nothing was stored</p>
      {problems.length === 0 && <p>{describeError(error)}</p>}
      <ul className={classes.list}>
        {problems.map((problem, index) => (
          <ProblemItem key={index} problem={problem} />
        ))}
      </ul>
    </div>
  );
}

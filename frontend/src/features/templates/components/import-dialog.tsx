import { Button, Checkbox, Textarea } from "@mantine/core";
import { IconFileUpload } from "@tabler/icons-react";
import { useState, type DragEvent } from "react";

import { closeDialog, Dialog, DialogActions } from "@/components/dialog";
import { isStatus } from "@/lib/api-error";
import { toast } from "@/lib/toast";
import type { ImportReport } from "@/types/api";
import { useImportTemplates } from "../api/import-templates";
import classes from "./import-dialog.module.css";
import { ImportProblems } from "./import-problems";
import { ImportReportView } from "./import-report";
import { Misfits } from "./misfits";

/** A file or pasted text; first a trial that stores nothing and tells what would change, then the import. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState("");
  const [prune, setPrune] = useState(false);
  const [pinMisfits, setPinMisfits] = useState(false);
  const trial = useImportTemplates();
  const store = useImportTemplates();
  // What was told before no longer holds.
  const forget = (): void => {
    setPinMisfits(false);
    trial.reset();
    store.reset();
  };
  const take = (chosen: string): void => {
    setText(chosen);
    forget();
  };
  const check = (): void => trial.mutate({ text, prune, pinMisfits, dryRun: true });
  const pin = (): void => {
    setPinMisfits(true);
    store.reset();
    trial.mutate({ text, prune, pinMisfits: true, dryRun: true });
  };
  const confirm = (button: Element): void => {
    if (store.isPending) return;
    store.mutate(
      { text, prune, pinMisfits, dryRun: false },
      {
        onSuccess: (report) => {
          closeDialog(button);
          toast("good", importedWords(report));
        },
      },
    );
  };
  const error = store.error ?? trial.error;
  return (
    <Dialog title="Import templates" wide onClose={onClose}>
      <TextSource text={text} onText={take} />
      <Checkbox
        mt="sm"
        label="Archive the templates that this file leaves out"
        checked={prune}
        onChange={(event) => {
          setPrune(event.currentTarget.checked);
          forget();
        }}
      />
      {error && <ImportRefusal error={error} onPin={pin} />}
      {!error && trial.data && <ImportReportView report={trial.data} />}
      <DialogActions>
        <Button variant="default" onClick={(event) => closeDialog(event.currentTarget)}>
          Cancel
        </Button>
        <Button variant={trial.data ? "default" : "filled"} loading={trial.isPending} onClick={check}>
          Check
        </Button>
        {trial.data && !error && (
          <Button loading={store.isPending} onClick={(event) => confirm(event.currentTarget)}>
            Import
          </Button>
        )}
      </DialogActions>
    </Dialog>
  );
}

/** What is wrong with the file, or which series and jobs its templates would leave behind. */
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
  return <Misfits problems={error.problems} pinWords="Import anyway, and keep these on their version" onPin={onPin} />;
}

function importedWords({ created, updated, archived }: ImportReport): string {
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

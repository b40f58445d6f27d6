import { Button } from "@mantine/core";
import { useNavigate } from "react-router";

import { PageHeader } from "@/components/page-header";
import { paths } from "@/lib/paths";
import { toast } from "@/lib/toast";
import type { Template } from "@/types/api";
import { templateLabel } from "../template-words";
import { storedDraft, useEditor } from "../use-editor";
import { DocumentPreview } from "./document-preview";
import { DocumentText } from "./document-text";
import { SaveRefusal } from "./save-refusal";
import classes from "./template-editor.module.css";

/** The document as JSON beside the form it makes; without a template a new one is written. */
export function TemplateEditor({ template }: { template?: Template }) {
  const navigate = useNavigate();
  const editor = useEditor(template, (saved) => {
    toast("good", `${saved.type} was saved as version ${saved.meta.version}`);
    void navigate(paths.template(saved.type));
  });
  const { draft, preview, saving } = editor;
  return (
    <>
      <PageHeader
        above={template ? `Edit version ${draft.version} of ${template.type}` : "Templates"}
        title={template ? templateLabel(template) : "New template"}
        below={<DraftNote draft={draft} />}
        actions={
          <>
            <Button variant="default" onClick={() => void navigate(template ? paths.template(template.type) : paths.templates)}>
              {draft.changed ? "Leave, keep the draft" : "Leave"}
            </Button>
            {draft.changed && (
              <Button variant="default" onClick={() => draft.restart(storedDraft(template))}>
                Discard changes
              </Button>
            )}
            <Button onClick={() => editor.save()} loading={saving.isPending}>
              Save
            </Button>
          </>
        }
      />
      {saving.error && (
        <SaveRefusal
          error={saving.error}
          type={template?.type}
          text={draft.text}
          onPin={() => editor.save({ pinMisfits: true })}
          onSaveOver={(stored) => editor.save({ over: stored.meta.version })}
          onTakeTheirs={(stored) => {
            draft.restart(storedDraft(stored));
            saving.reset();
          }}
        />
      )}
      <div className={classes.columns}>
        <DocumentText text={draft.text} onWrite={draft.write} onSave={() => editor.save()} problems={editor.problems} />
        {preview?.form && (
          <DocumentPreview text={draft.text} jobType={template?.type} form={preview.form} warnings={preview.warnings} stale={editor.stale} />
        )}
      </div>
    </>
  );
}

function DraftNote({ draft }: { draft: { found: boolean; changed: boolean } }) {
  if (!draft.changed) return null;
  return <p role="status">{draft.found ? "This is the draft you left here. It is not saved." : "Not saved yet. Ctrl+S or ⌘S saves."}</p>;
}

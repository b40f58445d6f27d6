import { Button } from "@mantine/core";
import { useNavigate } from "react-router";

import { CrashBoundary } from "@/components/crash-boundary";
import { ErrorNote } from "@/components/error-note";
import { PageHeader } from "@/components/page-header";
import { paths } from "@/lib/paths";
import { showToast } from "@/lib/toast";
import type { Template } from "@/types/api";
import { getTemplateLabel } from "../template-text";
import { useDraft, type DraftState } from "../use-draft";
import { makeDraft, useEditor } from "../use-editor";
import { DocumentPreview } from "./document-preview";
import { DocumentText } from "./document-text";
import { DraftRescue } from "./draft-rescue";
import { SaveRefusal } from "./save-refusal";
import classes from "./template-editor.module.css";

/** Edits a template as JSON, with a preview of its form. Without a template it edits a new one. */
export function TemplateEditor({ template }: { template?: Template }) {
  const draft = useDraft(template?.type ?? "", makeDraft(template));
  // The draft is outside the crash boundary, so that it can be read, copied and discarded after a crash of the editor.
  return (
    <CrashBoundary
      fallback={(error, retry) => (
        <DraftRescue
          title={template ? getTemplateLabel(template) : "New template"}
          error={error}
          draft={draft}
          onRetry={retry}
          onDiscard={() => {
            draft.restart(makeDraft(template));
            retry();
          }}
        />
      )}
    >
      <DraftEditor template={template} draft={draft} />
    </CrashBoundary>
  );
}

function DraftEditor({ template, draft }: { template: Template | undefined; draft: DraftState }) {
  const navigate = useNavigate();
  const editor = useEditor(template, draft, (saved) => {
    showToast("good", `${saved.type} was saved as version ${saved.meta.version}`);
    void navigate(paths.template(saved.type));
  });
  const { preview, saving } = editor;
  return (
    <>
      <PageHeader
        above={template ? `Edit version ${draft.version} of ${template.type}` : "Templates"}
        title={template ? getTemplateLabel(template) : "New template"}
        below={<DraftNote draft={draft} />}
        actions={
          <>
            <Button variant="default" onClick={() => void navigate(template ? paths.template(template.type) : paths.templates)}>
              {draft.changed && draft.isStored ? "Leave, keep the draft" : "Leave"}
            </Button>
            {draft.changed && (
              <Button variant="default" onClick={() => draft.restart(makeDraft(template))}>
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
          text={editor.lastReadable}
          onPin={() => editor.save({ pinIncompatible: true })}
          onSaveOver={(stored) => editor.save({ replaces: stored.meta.version })}
          onTakeTheirs={(stored) => {
            draft.restart(makeDraft(stored));
            saving.reset();
          }}
        />
      )}
      <div className={classes.columns}>
        <DocumentText text={draft.text} onWrite={draft.write} onSave={() => editor.save()} problems={editor.problems} />
        <div>
          {editor.previewError && (
            <ErrorNote title="The preview could not be made" error={editor.previewError} onRetry={editor.retryPreview} />
          )}
          {preview && <DocumentPreview preview={preview} jobType={template?.type} freshness={editor.freshness} />}
        </div>
      </div>
    </>
  );
}

function DraftNote({ draft }: { draft: DraftState }) {
  if (!draft.changed) return null;
  const words = draft.isRestored ? "This is the draft you left here. It is not saved." : "Not saved yet. Ctrl+S or ⌘S saves.";
  return (
    <p role="status">
      {words}
      {!draft.isStored && " This browser has no room to keep it: it is lost when this page is left."}
    </p>
  );
}

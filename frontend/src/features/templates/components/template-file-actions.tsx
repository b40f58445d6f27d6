import { Button } from "@mantine/core";
import { IconDownload, IconUpload } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "react-router";

import { describeError } from "@/lib/api-error";
import { useMayStoreTemplates } from "@/lib/job-rights";
import { paths } from "@/lib/paths";
import { showToast } from "@/lib/toast";
import { useExportTemplates } from "../api/export-templates";
import { ImportDialog } from "./import-dialog";

export function TemplateFileActions() {
  const mayStore = useMayStoreTemplates();
  const [importing, setImporting] = useState(false);
  const download = useExportTemplates();
  const exportAll = (): void =>
    download.mutate(undefined, { onError: (error) => showToast("bad", `Not exported. ${describeError(error)}`) });
  return (
    <>
      <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />} loading={download.isPending} onClick={exportAll}>
        Export
      </Button>
      {mayStore && (
        <Button variant="default" leftSection={<IconUpload size={16} aria-hidden />} onClick={() => setImporting(true)}>
          Import
        </Button>
      )}
      {mayStore && (
        <Button component={Link} to={paths.newTemplate}>
          New template
        </Button>
      )}
      {importing && <ImportDialog onClose={() => setImporting(false)} />}
    </>
  );
}

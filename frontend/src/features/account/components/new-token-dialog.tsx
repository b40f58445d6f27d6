import { Button, Radio, TextInput } from "@mantine/core";
import { useState } from "react";

import { closeDialog, Dialog, DialogActions } from "@/components/dialog";
import { ErrorNote } from "@/components/error-note";
import classes from "@/components/form.module.css";
import { useMay } from "@/lib/current-user";
import { getFieldError, getOtherError } from "@/lib/field-errors";
import { parsePatterns, PATTERN_HELP } from "@/lib/job-type-patterns";
import type { IssuedToken, TokenScope } from "@/types/api";
import { useCreateToken, type NewToken } from "../api/tokens";
import { listScopes } from "../token-text";

const FIELDS = ["name", "scopes", "job_types", "expires_in_days"];
const DEFAULT_DAYS = "90";

type NewTokenDialogProps = { onCreated: (token: IssuedToken) => void; onClose: () => void };

/** The form of a new token. A refused one keeps what was typed. */
export function NewTokenDialog({ onCreated, onClose }: NewTokenDialogProps) {
  const create = useCreateToken();
  const [name, setName] = useState("");
  const [scope, setScope] = useState<TokenScope>("read");
  const [jobTypes, setJobTypes] = useState("");
  const [days, setDays] = useState(DEFAULT_DAYS);
  const submit = (form: Element): void => {
    if (create.isPending || create.isSuccess) return;
    create.mutate(buildToken(name, scope, jobTypes, days), {
      onSuccess: (token) => {
        closeDialog(form);
        onCreated(token);
      },
    });
  };
  const other = getOtherError(create.error, FIELDS);
  return (
    <Dialog title="New token" onClose={onClose}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          submit(event.currentTarget);
        }}
      >
        {other && <ErrorNote title="It was not created" error={other} />}
        <TextInput
          label="Name"
          description="What it is for, such as nightly import"
          required
          withAsterisk={false}
          autoComplete="off"
          value={name}
          error={getFieldError(create.error, "name")}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <ScopeChoice scope={scope} error={getFieldError(create.error, "scopes")} onChange={setScope} />
        <TextInput
          label="Job types"
          description={`Empty: all that you may use. ${PATTERN_HELP}`}
          autoComplete="off"
          spellCheck={false}
          value={jobTypes}
          error={getFieldError(create.error, "job_types")}
          onChange={(event) => setJobTypes(event.currentTarget.value)}
        />
        <TextInput
          label="Expires in days"
          inputMode="numeric"
          autoComplete="off"
          required
          withAsterisk={false}
          value={days}
          error={getFieldError(create.error, "expires_in_days")}
          onChange={(event) => setDays(event.currentTarget.value)}
        />
        <DialogActions>
          <Button variant="default" onClick={(event) => closeDialog(event.currentTarget)}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending}>
            Create token
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

type ScopeChoiceProps = { scope: TokenScope; error: string | undefined; onChange: (scope: TokenScope) => void };

function ScopeChoice({ scope, error, onChange }: ScopeChoiceProps) {
  const isAdmin = useMay("administer");
  return (
    <Radio.Group label="It may" value={scope} error={error} onChange={onChange}>
      <div className={classes.choices}>
        {listScopes(isAdmin).map((one) => (
          <Radio key={one.scope} value={one.scope} label={one.label} description={one.help} />
        ))}
      </div>
    </Radio.Group>
  );
}

function buildToken(name: string, scope: TokenScope, jobTypes: string, days: string): NewToken {
  const number = Number(days);
  const patterns = parsePatterns(jobTypes);
  return {
    name: name.trim(),
    scopes: [scope],
    expires_in_days: Number.isFinite(number) ? number : days,
    ...(patterns.length > 0 && { job_types: patterns }),
  };
}

import { Button, Checkbox, TextInput } from "@mantine/core";
import { useState } from "react";

import { closeDialog, Dialog, DialogActions } from "@/components/dialog";
import { ErrorNote } from "@/components/error-note";
import classes from "@/components/form.module.css";
import { getFieldError, getOtherError } from "@/lib/field-errors";
import { formatPatterns, parsePatterns, PATTERN_HELP } from "@/lib/job-type-patterns";
import { showToast } from "@/lib/toast";
import type { Grant, JobRight } from "@/types/api";
import { useChangeGrant, useCreateGrant, type Receiver } from "../api/grants";
import { describeReceiver, RIGHTS } from "../access-text";
import { ReceiverFields, type ChosenReceiver } from "./receiver-fields";

const FIELDS = ["user", "group", "job_types", "rights"];

/** The form of a grant; without `grant` that of a new one. A refused one keeps what was typed. */
export function GrantDialog({ grant, onClose }: { grant?: Grant; onClose: () => void }) {
  const creating = useCreateGrant();
  const changing = useChangeGrant(grant?.id);
  const [receiver, setReceiver] = useState<ChosenReceiver>({ kind: "user", name: "" });
  const [jobTypes, setJobTypes] = useState(formatPatterns(grant?.job_types ?? []));
  const [rights, setRights] = useState<JobRight[]>(grant?.rights ?? ["see"]);
  const { error, isPending, isSuccess } = grant ? changing : creating;
  const submit = (form: Element): void => {
    if (isPending || isSuccess) return;
    const onSuccess = (saved: Grant): void => {
      closeDialog(form);
      showToast("good", `The grant for ${describeReceiver(saved)} was ${grant ? "changed" : "made"}`);
    };
    const given = { job_types: parsePatterns(jobTypes), rights };
    if (grant) changing.mutate(given, { onSuccess });
    else creating.mutate({ ...toReceiver(receiver), ...given }, { onSuccess });
  };
  const other = getOtherError(error, FIELDS);
  return (
    <Dialog title={grant ? `Change the grant for ${describeReceiver(grant)}` : "New grant"} onClose={onClose}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          submit(event.currentTarget);
        }}
      >
        {other && <ErrorNote title={grant ? "Nothing was changed" : "The grant was not made"} error={other} />}
        {!grant && <ReceiverFields chosen={receiver} error={getFieldError(error, "user") ?? getFieldError(error, "group")} onChange={setReceiver} />}
        <TextInput
          label="Job types"
          description={PATTERN_HELP}
          required
          withAsterisk={false}
          autoComplete="off"
          spellCheck={false}
          value={jobTypes}
          error={getFieldError(error, "job_types")}
          onChange={(event) => setJobTypes(event.currentTarget.value)}
        />
        <RightsChoice rights={rights} error={getFieldError(error, "rights")} onChange={setRights} />
        <DialogActions>
          <Button variant="default" onClick={(event) => closeDialog(event.currentTarget)}>
            Cancel
          </Button>
          <Button type="submit" loading={isPending}>
            {grant ? "Save" : "Make grant"}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

type RightsChoiceProps = { rights: JobRight[]; error: string | undefined; onChange: (rights: JobRight[]) => void };

/** `see` is always chosen, because each right includes it. */
function RightsChoice({ rights, error, onChange }: RightsChoiceProps) {
  return (
    <Checkbox.Group label="Rights" value={rights} error={error} onChange={onChange}>
      <div className={classes.choices}>
        {RIGHTS.map(({ right, label, help }) => (
          <Checkbox key={right} value={right} label={label} description={help} disabled={right === "see"} />
        ))}
      </div>
    </Checkbox.Group>
  );
}

function toReceiver({ kind, name }: ChosenReceiver): Receiver {
  return kind === "user" ? { user: name } : { group: name };
}

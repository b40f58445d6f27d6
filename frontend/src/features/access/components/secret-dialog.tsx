import { Button, PasswordInput, Radio, TextInput } from "@mantine/core";
import { useState } from "react";

import { closeDialog, Dialog, DialogActions } from "@/components/dialog";
import { ErrorNote } from "@/components/error-note";
import classes from "@/components/form.module.css";
import { getFieldError, getOtherError } from "@/lib/field-errors";
import { formatPatterns, parsePatterns, PATTERN_HELP } from "@/lib/job-type-patterns";
import { showToast } from "@/lib/toast";
import type { SharedSecret } from "@/types/api";
import { useChangeSecret, useCreateSecret } from "../api/secrets";
import { formatSource, parseSource, PLACES, SOURCES, type Source } from "../secret-source";

const FIELDS = ["name", "job_types", "hosts", "source", "value"];
const TYPED = { required: true, withAsterisk: false, autoComplete: "off", spellCheck: false } as const;

/** The form of a shared secret; without `secret` that of a new one. A refused one keeps what was typed. */
export function SecretDialog({ secret, onClose }: { secret?: SharedSecret; onClose: () => void }) {
  const creating = useCreateSecret();
  const changing = useChangeSecret(secret?.name ?? "");
  const [name, setName] = useState("");
  const [jobTypes, setJobTypes] = useState(formatPatterns(secret?.job_types ?? []));
  const [hosts, setHosts] = useState(formatPatterns(secret?.hosts ?? []));
  const [source, setSource] = useState(parseSource(secret?.source ?? "value"));
  const [value, setValue] = useState("");
  const { error, isPending, isSuccess } = secret ? changing : creating;
  const submit = (form: Element): void => {
    if (isPending || isSuccess) return;
    const onSuccess = (saved: SharedSecret): void => {
      closeDialog(form);
      showToast("good", `The secret ${saved.name} was ${secret ? "changed" : "created"}`);
    };
    const allowed = parsePatterns(hosts);
    const filled = {
      job_types: parsePatterns(jobTypes),
      hosts: allowed.length > 0 ? allowed : null,
      source: formatSource(source),
      ...(source.kind === "value" && value !== "" && { value }),
    };
    if (secret) changing.mutate(filled, { onSuccess });
    else creating.mutate({ name: name.trim(), ...filled }, { onSuccess });
  };
  const other = getOtherError(error, FIELDS);
  return (
    <Dialog title={secret ? `Change the secret ${secret.name}` : "New secret"} onClose={onClose}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          submit(event.currentTarget);
        }}
      >
        {other && <ErrorNote title={secret ? "Nothing was changed" : "The secret was not created"} error={other} />}
        {!secret && (
          <TextInput
            label="Name"
            description="By which templates refer to it, as secretRef"
            {...TYPED}
            value={name}
            error={getFieldError(error, "name")}
            onChange={(event) => setName(event.currentTarget.value)}
          />
        )}
        <TextInput
          label="Job types"
          description={`Whose templates may refer to it. ${PATTERN_HELP}`}
          {...TYPED}
          value={jobTypes}
          error={getFieldError(error, "job_types")}
          onChange={(event) => setJobTypes(event.currentTarget.value)}
        />
        <TextInput
          label="Hosts"
          description="Where the value may go, such as api.example.org or *.example.org. Empty: anywhere"
          {...TYPED}
          required={false}
          value={hosts}
          error={getFieldError(error, "hosts")}
          onChange={(event) => setHosts(event.currentTarget.value)}
        />
        <SourceFields source={source} keepsValue={secret?.source === "value"} value={value} error={error} onChange={setSource} onType={setValue} />
        {secret && <p className={classes.note}>Runs that begin from now on use what you save.</p>}
        <DialogActions>
          <Button variant="default" onClick={(event) => closeDialog(event.currentTarget)}>
            Cancel
          </Button>
          <Button type="submit" loading={isPending}>
            {secret ? "Save" : "Create secret"}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

type SourceFieldsProps = {
  source: Source;
  /** There is a stored value, which stays if no other one is typed. */
  keepsValue: boolean;
  value: string;
  error: Error | null;
  onChange: (source: Source) => void;
  onType: (value: string) => void;
};

/** Chooses where workers read the secret, and asks for the value, or for the place of it. */
function SourceFields({ source, keepsValue, value, error, onChange, onType }: SourceFieldsProps) {
  return (
    <>
      <Radio.Group label="The value is" value={source.kind} onChange={(kind) => onChange({ kind, place: "" })}>
        <div className={classes.choices}>
          {SOURCES.map((one) => (
            <Radio key={one.kind} value={one.kind} label={one.label} description={one.help} />
          ))}
        </div>
      </Radio.Group>
      {source.kind === "value" ? (
        <PasswordInput
          label="Value"
          description={keepsValue ? "Empty: the stored one stays" : undefined}
          {...TYPED}
          // Keeps the browser from filling in or saving the admin's own password.
          autoComplete="new-password"
          required={!keepsValue}
          value={value}
          error={getFieldError(error, "value")}
          onChange={(event) => onType(event.currentTarget.value)}
        />
      ) : (
        <TextInput
          {...PLACES[source.kind]}
          {...TYPED}
          value={source.place}
          error={getFieldError(error, "source")}
          onChange={(event) => onChange({ ...source, place: event.currentTarget.value })}
        />
      )}
    </>
  );
}

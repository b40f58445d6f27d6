import { Button, TextInput } from "@mantine/core";
import { useState } from "react";

import { DataTable, Soft, type Column } from "@/components/data-table";
import { ErrorNote } from "@/components/error-note";
import { RelativeTime, Time } from "@/components/time";
import { getFieldError, getOtherError } from "@/lib/field-errors";
import { canMakePasskeys } from "@/lib/passkeys";
import type { Passkey } from "@/types/api";
import { beginPasskey, useAddPasskey } from "../api/factors";
import { FactorSection } from "./factor-section";
import classes from "./factors.module.css";
import { RemovePasskey } from "./remove-passkey";
import { useFactorChange } from "./use-factor-change";

const NOT_HERE = "This browser makes no passkeys here: they need https and a host name instead of an IP address.";

type PasskeysFactorProps = { passkeys: Passkey[]; onAdded: (codes: string[] | null) => void };

/** The passkeys: makes, lists and removes them. */
export function PasskeysFactor({ passkeys, onAdded }: PasskeysFactorProps) {
  return (
    <FactorSection title="Passkeys" state={passkeys.length > 0 ? "Each works on one host only." : "There is none yet."}>
      {passkeys.length > 0 && <DataTable label="Passkeys" columns={COLUMNS} rows={passkeys} getKey={({ id }) => id} />}
      {canMakePasskeys() ? <NewPasskey onAdded={onAdded} /> : <p className={classes.state}>{NOT_HERE}</p>}
    </FactorSection>
  );
}

/** Asks for a name, lets the browser make a passkey, and stores it. */
function NewPasskey({ onAdded }: Pick<PasskeysFactorProps, "onAdded">) {
  const add = useAddPasskey();
  const [name, setName] = useState("");
  const begin = useFactorChange({
    title: "Add a passkey",
    confirm: "Go on",
    send: beginPasskey,
    onDone: ({ passkey_options: options }) =>
      add.mutate(
        { name: name.trim(), options },
        {
          onSuccess: ({ recovery_codes: codes }) => {
            setName("");
            onAdded(codes);
          },
        },
      ),
  });
  const submit = (): void => {
    if (add.isPending) return;
    add.reset();
    begin.start();
  };
  const error = begin.error ?? getOtherError(add.error, ["name"]);
  return (
    <>
      <form
        className={classes.section}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        {error && <ErrorNote title="No passkey was added" error={error} />}
        <div className={classes.line}>
          <TextInput
            label="Name of a new passkey"
            description="Where it is, such as my laptop"
            autoComplete="off"
            required
            withAsterisk={false}
            value={name}
            error={getFieldError(add.error, "name")}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" loading={begin.isPending || add.isPending}>
            Add a passkey
          </Button>
        </div>
      </form>
      {begin.dialog}
    </>
  );
}

const COLUMNS: Column<Passkey>[] = [
  {
    title: "Name",
    cell: ({ name, host }) => (
      <>
        {name}
        <Soft>{host}</Soft>
      </>
    ),
  },
  { title: "Created", cell: ({ created_at: at }) => <Time at={at} /> },
  { title: "Last used", cell: ({ last_used_at: at }) => (at ? <RelativeTime at={at} /> : "never") },
  { title: "", cell: (passkey) => <RemovePasskey passkey={passkey} /> },
];

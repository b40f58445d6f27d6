import { NativeSelect, Radio } from "@mantine/core";

import classes from "@/components/form.module.css";
import { useGroups } from "../api/groups";
import { useUsers } from "../api/users";

/** Who is chosen to get rights: of which kind, and by which name; empty if nobody is yet. */
export type ChosenReceiver = { kind: "user" | "group"; name: string };

type ReceiverFieldsProps = { chosen: ChosenReceiver; error: string | undefined; onChange: (chosen: ChosenReceiver) => void };

/** Chooses a user or a group. */
export function ReceiverFields({ chosen, error, onChange }: ReceiverFieldsProps) {
  const users = useUsers();
  const groups = useGroups();
  const names = (chosen.kind === "user" ? users : groups).data?.map(({ name }) => name) ?? [];
  return (
    <>
      <Radio.Group label="For" value={chosen.kind} onChange={(kind) => onChange({ kind, name: "" })}>
        <div className={classes.choices}>
          <Radio value="user" label="A user" />
          <Radio value="group" label="A group: all its members" />
        </div>
      </Radio.Group>
      <NativeSelect
        label={chosen.kind === "user" ? "User" : "Group"}
        required
        withAsterisk={false}
        data={[{ value: "", label: names.length > 0 ? "Choose one" : "There is none yet" }, ...names]}
        value={chosen.name}
        error={error}
        onChange={(event) => onChange({ ...chosen, name: event.currentTarget.value })}
      />
    </>
  );
}

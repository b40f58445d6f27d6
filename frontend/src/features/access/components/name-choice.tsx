import { Checkbox, Input, TextInput } from "@mantine/core";
import { useState } from "react";

import classes from "./name-choice.module.css";

type NameChoiceProps = {
  label: string;
  /** All names; chosen ones that are not among them are offered as well. */
  names: readonly string[];
  chosen: readonly string[];
  /** Shown if there is nothing to choose. */
  none: string;
  error: string | undefined;
  onChange: (chosen: string[]) => void;
};

/** The search field appears from this number of names on; a search shows at most MAX_SHOWN. */
const MIN_SEARCHABLE = 8;
const MAX_SHOWN = 100;

/** A choice of any number of users or groups, the chosen ones first. */
export function NameChoice({ label, names, chosen, none, error, onChange }: NameChoiceProps) {
  const [searchText, setSearchText] = useState("");
  // The order stays while names are chosen, so that no box moves away under the pointer.
  const [first] = useState(chosen);
  const all = [...new Set([...first, ...chosen.filter((name) => !names.includes(name)), ...names])];
  const found = all.filter((name) => name.toLowerCase().includes(searchText.trim().toLowerCase()));
  const toggle = (name: string): void => onChange(chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name]);
  return (
    <fieldset className={classes.set}>
      <legend className={classes.legend}>
        {label} {chosen.length > 0 && <span className={classes.count}>{chosen.length} chosen</span>}
      </legend>
      {all.length === 0 && <p className={classes.none}>{none}</p>}
      {all.length >= MIN_SEARCHABLE && (
        <TextInput type="search" aria-label={`Search ${label.toLowerCase()}`} placeholder="Search" value={searchText} onChange={(event) => setSearchText(event.currentTarget.value)} />
      )}
      {found.length > 0 && (
        <div className={classes.names}>
          {found.slice(0, MAX_SHOWN).map((name) => (
            <Checkbox key={name} label={name} checked={chosen.includes(name)} onChange={() => toggle(name)} />
          ))}
        </div>
      )}
      {found.length > MAX_SHOWN && <p className={classes.none}>{found.length - MAX_SHOWN} more: search for them.</p>}
      {all.length > 0 && found.length === 0 && <p className={classes.none}>No name contains “{searchText}”.</p>}
      {error && <Input.Error role="alert">{error}</Input.Error>}
    </fieldset>
  );
}

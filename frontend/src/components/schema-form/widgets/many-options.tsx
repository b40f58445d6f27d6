// Loaded when a form needs it: what finds one of many options by typing is larger than all else in a form.
import "@mantine/core/styles/Combobox.css";
import "@mantine/core/styles/Pill.css";
import "@mantine/core/styles/PillsInput.css";
import "@mantine/core/styles/Popover.css";
import "@mantine/core/styles/ScrollArea.css";

import { Autocomplete, MultiSelect, Select, TagsInput, VisuallyHidden } from "@mantine/core";
import { useState } from "react";

import { sameJson } from "@/lib/json";
import { optionsOf, optionsWith, takesOthers, type Option } from "../field-kinds";
import { inputProps, type WidgetProps } from "../widget-props";
import { wordOf } from "./text";

const SHOWN_AT_ONCE = 100;

/** One or several of many, found by typing; or any text, with some offered. */
export default function ManyOptionsWidget(props: WidgetProps) {
  const [wanted, setWanted] = useState("");
  const chosen: unknown[] = Array.isArray(props.value) ? props.value : [props.value];
  const others = takesOthers(props.schema);
  const options = others ? optionsOf(props.schema) : optionsWith(props.schema, chosen);
  const Chooser = props.kind === "tags" ? (others ? AnyTexts : SeveralOf) : others ? AnyText : OneOf;
  return (
    <>
      <Chooser {...props} options={options} wanted={wanted} onWanted={setWanted} />
      <VisuallyHidden role="status">{foundWords(options, wanted)}</VisuallyHidden>
    </>
  );
}

type ChooserProps = WidgetProps & { options: Option[]; wanted: string; onWanted: (text: string) => void };

function OneOf(props: ChooserProps) {
  const { value, options, onChange } = props;
  return (
    <Select
      {...commonProps(props)}
      {...searchProps(props)}
      searchable
      allowDeselect={false}
      value={keyOf(options, value)}
      onChange={(key) => onChange(valueOf(options, key))}
    />
  );
}

function SeveralOf(props: ChooserProps) {
  const { value, options, onChange } = props;
  return (
    <MultiSelect
      {...commonProps(props)}
      {...searchProps(props)}
      searchable
      value={asList(value).map((one) => keyOf(options, one)).filter((key) => key !== null)}
      onChange={(keys) => onChange(keys.map((key) => valueOf(options, key)))}
    />
  );
}

function AnyText(props: ChooserProps) {
  const { value, options, onWanted, onChange } = props;
  const change = (text: string): void => {
    onWanted(text);
    onChange(text || undefined);
  };
  return <Autocomplete {...commonProps(props)} data={options.map(wordsOf)} renderOption={labelled(options)} value={wordOf(value)} onChange={change} />;
}

function AnyTexts(props: ChooserProps) {
  const { value, options, wanted, onWanted, onChange } = props;
  return (
    <TagsInput
      {...commonProps(props)}
      searchValue={wanted}
      onSearchChange={onWanted}
      data={options.map(wordsOf)}
      renderOption={labelled(options)}
      value={asList(value).map(wordOf)}
      acceptValueOnBlur
      onChange={onChange}
    />
  );
}

type InputOrder = ("input" | "error" | "description")[];

/** These bring a wrapper of their own, for help and error. */
function commonProps(props: WidgetProps) {
  const order: InputOrder = ["input", "error", "description"];
  return { ...inputProps(props), placeholder: inputProps(props).placeholder ?? "Type to search", error: props.error, description: props.help, inputWrapperOrder: order, limit: SHOWN_AT_ONCE };
}

function searchProps({ options, wanted, onWanted }: ChooserProps) {
  const data = options.map(({ key, label }) => ({ value: key, label }));
  return { data, searchValue: wanted, onSearchChange: onWanted, nothingFoundMessage: "Nothing found" };
}

function labelled(options: readonly Option[]) {
  return ({ option }: { option: { value: string } }) => {
    const label = options.find(({ value }) => value === option.value)?.label;
    return label === undefined || label === option.value ? option.value : `${option.value} (${label})`;
  };
}

function wordsOf({ value }: Option): string {
  return wordOf(value);
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function keyOf(options: readonly Option[], value: unknown): string | null {
  return options.find((option) => sameJson(option.value, value))?.key ?? null;
}

function valueOf(options: readonly Option[], key: string | null): unknown {
  return options.find((option) => option.key === key)?.value;
}

function foundWords(options: readonly Option[], wanted: string): string {
  if (wanted === "" || options.some(({ label }) => label === wanted)) return "";
  const found = options.filter(({ label }) => label.toLowerCase().includes(wanted.trim().toLowerCase())).length;
  return found === 1 ? "1 option" : `${found} options`;
}

// Loaded only when a form needs it: the searchable controls are larger than the rest of the form.
import "@mantine/core/styles/Combobox.css";
import "@mantine/core/styles/Pill.css";
import "@mantine/core/styles/PillsInput.css";
import "@mantine/core/styles/Popover.css";
import "@mantine/core/styles/ScrollArea.css";

import { Autocomplete, MultiSelect, Select, TagsInput, VisuallyHidden } from "@mantine/core";
import { useState } from "react";

import { isSameJson } from "@/lib/json";
import { allowsOther, listOptions, listOptionsAndChosen, type Option } from "../field-kinds";
import { getInputProps, type WidgetProps } from "../widget-props";
import { formatText } from "./text";

const MAX_SHOWN_OPTIONS = 100;

/** A searchable control for one or several of many options, or for any text with suggestions. */
export default function ManyOptionsWidget(props: WidgetProps) {
  const [searchText, setSearchText] = useState("");
  const chosen: unknown[] = Array.isArray(props.value) ? props.value : [props.value];
  const othersAllowed = allowsOther(props.schema);
  const options = othersAllowed ? listOptions(props.schema) : listOptionsAndChosen(props.schema, chosen);
  const Chooser = props.kind === "tags" ? (othersAllowed ? AnyTexts : SeveralOf) : othersAllowed ? AnyText : OneOf;
  return (
    <>
      <Chooser {...props} options={options} searchText={searchText} onSearch={setSearchText} />
      <VisuallyHidden role="status">{describeMatches(options, searchText)}</VisuallyHidden>
    </>
  );
}

type ChooserProps = WidgetProps & { options: Option[]; searchText: string; onSearch: (text: string) => void };

function OneOf(props: ChooserProps) {
  const { value, options, onChange } = props;
  return (
    <Select
      {...getCommonProps(props)}
      {...getSearchProps(props)}
      searchable
      allowDeselect={false}
      value={findKey(options, value)}
      onChange={(key) => onChange(findValue(options, key))}
    />
  );
}

function SeveralOf(props: ChooserProps) {
  const { value, options, onChange } = props;
  return (
    <MultiSelect
      {...getCommonProps(props)}
      {...getSearchProps(props)}
      searchable
      value={toList(value).map((one) => findKey(options, one)).filter((key) => key !== null)}
      onChange={(keys) => onChange(keys.map((key) => findValue(options, key)))}
    />
  );
}

function AnyText(props: ChooserProps) {
  const { value, options, onSearch, onChange } = props;
  const change = (text: string): void => {
    onSearch(text);
    onChange(text || undefined);
  };
  return <Autocomplete {...getCommonProps(props)} data={options.map(formatOption)} renderOption={makeOptionRenderer(options)} value={formatText(value)} onChange={change} />;
}

function AnyTexts(props: ChooserProps) {
  const { value, options, searchText, onSearch, onChange } = props;
  return (
    <TagsInput
      {...getCommonProps(props)}
      searchValue={searchText}
      onSearchChange={onSearch}
      data={options.map(formatOption)}
      renderOption={makeOptionRenderer(options)}
      value={toList(value).map(formatText)}
      acceptValueOnBlur
      onChange={onChange}
    />
  );
}

type InputOrder = ("input" | "error" | "description")[];

/** Returns the props of Mantine's searchable inputs, which render help and error themselves. */
function getCommonProps(props: WidgetProps) {
  const order: InputOrder = ["input", "error", "description"];
  return { ...getInputProps(props), placeholder: getInputProps(props).placeholder ?? "Type to search", error: props.error, description: props.help, inputWrapperOrder: order, limit: MAX_SHOWN_OPTIONS };
}

function getSearchProps({ options, searchText, onSearch }: ChooserProps) {
  const data = options.map(({ key, label }) => ({ value: key, label }));
  return { data, searchValue: searchText, onSearchChange: onSearch, nothingFoundMessage: "Nothing found" };
}

function makeOptionRenderer(options: readonly Option[]) {
  return ({ option }: { option: { value: string } }) => {
    const label = options.find(({ value }) => value === option.value)?.label;
    return label === undefined || label === option.value ? option.value : `${option.value} (${label})`;
  };
}

function formatOption({ value }: Option): string {
  return formatText(value);
}

function toList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function findKey(options: readonly Option[], value: unknown): string | null {
  return options.find((option) => isSameJson(option.value, value))?.key ?? null;
}

function findValue(options: readonly Option[], key: string | null): unknown {
  return options.find((option) => option.key === key)?.value;
}

function describeMatches(options: readonly Option[], searchText: string): string {
  if (searchText === "" || options.some(({ label }) => label === searchText)) return "";
  const found = options.filter(({ label }) => label.toLowerCase().includes(searchText.trim().toLowerCase())).length;
  return found === 1 ? "1 option" : `${found} options`;
}

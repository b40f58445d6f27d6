import { ActionIcon, Button } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from "@tabler/icons-react";

import { Field, type FieldProps } from "./field";
import { getHints, getLabel } from "./field-kinds";
import { useForm } from "./form-context";
import { fillValueDefaults, toAttr } from "./form-values";
import { Frame } from "./frame";
import classes from "./schema-form.module.css";

/** A list of items with buttons to add, move and remove them, which also work without a mouse. */
export function ListField(props: FieldProps) {
  const { path, name, schema, hints, value } = props;
  const { set, announce } = useForm();
  const items: unknown[] = Array.isArray(value) ? value : [];
  const item = schema.items ?? {};
  const id = toAttr(path);
  const title = item.title ?? getLabel(schema, name);
  const isFull = schema.maxItems !== undefined && items.length >= schema.maxItems;

  const change = (next: unknown[], words: string, focus: string[]): void => {
    set(path, next);
    announce(words);
    focusFirst(focus);
  };
  const add = (): void => change([...items, fillValueDefaults(item)], `${title} ${items.length + 1} was added.`, [`${id}.${items.length}`]);
  const remove = (index: number): void =>
    change(items.filter((_, position) => position !== index), `${title} ${index + 1} was removed.`, [`${id}.${index}-remove`, `${id}.${index - 1}-remove`, `${id}-add`]);
  const move = (index: number, to: number): void => {
    const button = to < index ? "up" : "down";
    change(moveItem(items, index, to), `Moved to place ${to + 1} of ${items.length}.`, [`${id}.${to}-${button}`, `${id}.${to}-up`, `${id}.${to}-down`]);
  };
  return (
    <Frame {...props} empty={[]}>
      {items.map((value, index) => (
        <div key={index} className={classes.item}>
          <div className={classes.grow}>
            <Field path={[...path, index]} name={name} schema={{ ...item, title: `${title} ${index + 1}` }} hints={getHints(hints, "items")} value={value} required={false} />
          </div>
          <ItemButtons id={`${id}.${index}`} what={`${title} ${index + 1}`} first={index === 0} last={index === items.length - 1} onMove={(by) => move(index, index + by)} onRemove={() => remove(index)} />
        </div>
      ))}
      <Button id={`${id}-add`} className={classes.add} variant="default" size="xs" disabled={isFull} leftSection={<IconPlus size={14} aria-hidden />} onClick={add}>
        Add to {getLabel(schema, name)}
      </Button>
      {isFull && <p className={classes.help}>There can be {schema.maxItems} at most.</p>}
    </Frame>
  );
}

type ItemButtonsProps = { id: string; what: string; first: boolean; last: boolean; onMove: (by: -1 | 1) => void; onRemove: () => void };

function ItemButtons({ id, what, first, last, onMove, onRemove }: ItemButtonsProps) {
  return (
    <div className={classes.itemButtons}>
      <ActionIcon id={`${id}-up`} variant="subtle" color="gray" aria-label={`Move ${what} up`} disabled={first} onClick={() => onMove(-1)}>
        <IconArrowUp size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon id={`${id}-down`} variant="subtle" color="gray" aria-label={`Move ${what} down`} disabled={last} onClick={() => onMove(1)}>
        <IconArrowDown size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon id={`${id}-remove`} variant="subtle" color="gray" aria-label={`Remove ${what}`} onClick={onRemove}>
        <IconTrash size={16} aria-hidden />
      </ActionIcon>
    </div>
  );
}

function moveItem(items: readonly unknown[], index: number, to: number): unknown[] {
  const rest = items.filter((_, position) => position !== index);
  return [...rest.slice(0, to), items[index], ...rest.slice(to)];
}

/** Focuses, after the next render, the first of the elements (or the first input inside it) that can have the focus. */
function focusFirst(ids: readonly string[]): void {
  window.setTimeout(() => {
    for (const id of ids) {
      const element = document.getElementById(id);
      const target = element?.matches("input, textarea, select, button") ? element : element?.querySelector<HTMLElement>("input, textarea, select, button");
      if (!target || target.matches(":disabled")) continue;
      target.focus();
      return;
    }
  });
}

import { ActionIcon, Button } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from "@tabler/icons-react";

import { Field, type FieldProps } from "./field";
import { hintsOf, labelOf } from "./field-kinds";
import { useForm } from "./form-context";
import { attrOf, withDefaults } from "./form-values";
import { Frame } from "./frame";
import classes from "./schema-form.module.css";

/** Items one below the other; moved by buttons, which everybody can use. */
export function ListField(props: FieldProps) {
  const { path, name, schema, hints, value } = props;
  const { set, say } = useForm();
  const items: unknown[] = Array.isArray(value) ? value : [];
  const item = schema.items ?? {};
  const id = attrOf(path);
  const title = item.title ?? labelOf(schema, name);
  const full = schema.maxItems !== undefined && items.length >= schema.maxItems;

  const change = (next: unknown[], words: string, focus: string[]): void => {
    set(path, next);
    say(words);
    focusFirst(focus);
  };
  const add = (): void => change([...items, withDefaults(item)], `${title} ${items.length + 1} was added.`, [`${id}.${items.length}`]);
  const remove = (at: number): void =>
    change(items.filter((_, place) => place !== at), `${title} ${at + 1} was removed.`, [`${id}.${at}-remove`, `${id}.${at - 1}-remove`, `${id}-add`]);
  const move = (at: number, to: number): void => {
    const button = to < at ? "up" : "down";
    change(moved(items, at, to), `Moved to place ${to + 1} of ${items.length}.`, [`${id}.${to}-${button}`, `${id}.${to}-up`, `${id}.${to}-down`]);
  };
  return (
    <Frame {...props} empty={[]}>
      {items.map((one, at) => (
        <div key={at} className={classes.item}>
          <div className={classes.grow}>
            <Field path={[...path, at]} name={name} schema={{ ...item, title: `${title} ${at + 1}` }} hints={hintsOf(hints, "items")} value={one} required={false} />
          </div>
          <ItemButtons id={`${id}.${at}`} what={`${title} ${at + 1}`} first={at === 0} last={at === items.length - 1} onMove={(by) => move(at, at + by)} onRemove={() => remove(at)} />
        </div>
      ))}
      <Button id={`${id}-add`} className={classes.add} variant="default" size="xs" disabled={full} leftSection={<IconPlus size={14} aria-hidden />} onClick={add}>
        Add to {labelOf(schema, name)}
      </Button>
      {full && <p className={classes.help}>There can be {schema.maxItems} at most.</p>}
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

function moved(items: readonly unknown[], at: number, to: number): unknown[] {
  const rest = items.filter((_, place) => place !== at);
  return [...rest.slice(0, to), items[at], ...rest.slice(to)];
}

/** After the change is drawn: the first of the elements that can have the focus, or what stands inside it. */
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

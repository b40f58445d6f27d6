import { useState } from "react";

import { sameJson } from "@/lib/json";
import { Unread } from "../form-values";

type Notation = { read: (text: string) => unknown; show: (value: unknown) => string };

/** Keeps what was typed on the screen ("1.50", "90 min") as long as it means the field's value. */
export function useTyped(value: unknown, { read, show }: Notation): [string, (text: string) => unknown] {
  const [typed, setTyped] = useState<{ text: string; meant: unknown } | null>(null);
  const shown = value instanceof Unread ? value.text : show(value);
  return [
    typed !== null && sameValue(typed.meant, value) ? typed.text : shown,
    (text) => {
      const meant = read(text);
      setTyped({ text, meant });
      return meant;
    },
  ];
}

function sameValue(one: unknown, other: unknown): boolean {
  if (one instanceof Unread) return other instanceof Unread && one.text === other.text;
  return !(other instanceof Unread) && sameJson(one, other);
}

import { useState } from "react";

import { isSameJson } from "@/lib/json";
import { UnreadInput } from "../form-values";

type Notation = { read: (text: string) => unknown; show: (value: unknown) => string };

/** Keeps the typed text on the screen ("1.50", "90 min") as long as it stands for the field's value. */
export function useTypedText(value: unknown, { read, show }: Notation): [string, (text: string) => unknown] {
  const [typed, setTyped] = useState<{ text: string; value: unknown } | null>(null);
  const shown = value instanceof UnreadInput ? value.text : show(value);
  return [
    typed !== null && isSameValue(typed.value, value) ? typed.text : shown,
    (text) => {
      const next = read(text);
      setTyped({ text, value: next });
      return next;
    },
  ];
}

function isSameValue(one: unknown, other: unknown): boolean {
  if (one instanceof UnreadInput) return other instanceof UnreadInput && one.text === other.text;
  return !(other instanceof UnreadInput) && isSameJson(one, other);
}

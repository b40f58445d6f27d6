import { useEffect, useState } from "react";

import { isObject } from "@/lib/json";
import { readJson } from "@/lib/json-reader";

/** An unsaved document, and the version of the template that it was made from. */
export type Draft = { text: string; version: number | null };

export type DraftState = Draft & {
  changed: boolean;
  /** The text is from an earlier visit in this tab. */
  isRestored: boolean;
  /** False if the browser could not store the text: leaving the page loses it. */
  isStored: boolean;
  write: (text: string) => void;
  /** Discards the changes and starts again from what is stored. */
  restart: (stored: Draft) => void;
};

/** Keeps unsaved text in the session storage, across page changes and reloads. Leaving the site asks for a confirmation. */
export function useDraft(name: string, stored: Draft): DraftState {
  const key = `template-draft:${name}`;
  const [restored] = useState(() => keepIfDifferent(readDraft(key), stored));
  const [base, setBase] = useState<Draft>(() => ({ text: stored.text, version: (restored ?? stored).version }));
  const [text, setText] = useState((restored ?? stored).text);
  const [isStored, setStored] = useState(true);
  const changed = text !== base.text;

  useEffect(() => {
    if (!changed) return undefined;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [changed]);

  const write = (next: string): void => {
    setText(next);
    setStored(next === base.text ? removeDraft(key) : storeDraft(key, { text: next, version: base.version }));
  };
  const restart = (next: Draft): void => {
    setBase(next);
    setText(next.text);
    setStored(removeDraft(key));
  };
  return { text, version: base.version, changed, isRestored: restored !== null && changed, isStored, write, restart };
}

function keepIfDifferent(draft: Draft | null, stored: Draft): Draft | null {
  return draft?.text === stored.text ? null : draft;
}

/** Reads a stored draft; null if there is none or if it has an unknown shape. */
function readDraft(key: string): Draft | null {
  const { value } = readJson(readStorage(key) ?? "");
  if (!isObject(value) || typeof value.text !== "string") return null;
  return { text: value.text, version: typeof value.version === "number" ? value.version : null };
}

function readStorage(key: string): string | null {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null; // the storage is switched off in this browser
  }
}

/** Stores a draft. Returns false if it is too large or the storage is switched off. */
function storeDraft(key: string, draft: Draft): boolean {
  try {
    sessionStorage.setItem(key, JSON.stringify(draft));
    return true;
  } catch {
    removeDraft(key); // an older draft would otherwise be restored as the last one
    return false;
  }
}

function removeDraft(key: string): true {
  try {
    sessionStorage.removeItem(key);
  } catch {
    // The storage is switched off: there is nothing to remove.
  }
  return true;
}

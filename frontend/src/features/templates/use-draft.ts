import { useEffect, useState } from "react";

import { isObject } from "@/lib/json";
import { readJson } from "@/lib/json-reader";

/** What is being written, and the version of the template that it began from. */
export type Draft = { text: string; version: number | null };

export type DraftState = Draft & {
  changed: boolean;
  /** The text was begun earlier in this tab and not saved. */
  found: boolean;
  /** False where the browser has no room for it: leaving the page loses it. */
  kept: boolean;
  write: (text: string) => void;
  /** Begin anew from what is stored. */
  restart: (stored: Draft) => void;
};

/** Unsaved text outlives a change of page and a reload; leaving the site with it is asked about. */
export function useDraft(name: string, stored: Draft): DraftState {
  const key = `template-draft:${name}`;
  const [found] = useState(() => differing(readDraft(key), stored));
  const [base, setBase] = useState<Draft>(() => ({ text: stored.text, version: (found ?? stored).version }));
  const [text, setText] = useState((found ?? stored).text);
  const [kept, setKept] = useState(true);
  const changed = text !== base.text;

  useEffect(() => {
    if (!changed) return undefined;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [changed]);

  const write = (next: string): void => {
    setText(next);
    setKept(next === base.text ? forgetDraft(key) : keepDraft(key, { text: next, version: base.version }));
  };
  const restart = (next: Draft): void => {
    setBase(next);
    setText(next.text);
    setKept(forgetDraft(key));
  };
  return { text, version: base.version, changed, found: found !== null && changed, kept, write, restart };
}

function differing(draft: Draft | null, stored: Draft): Draft | null {
  return draft?.text === stored.text ? null : draft;
}

/** Null for none, and for what another version of this page or an extension left there. */
function readDraft(key: string): Draft | null {
  const { value } = readJson(fromStorage(key) ?? "");
  if (!isObject(value) || typeof value.text !== "string") return null;
  return { text: value.text, version: typeof value.version === "number" ? value.version : null };
}

function fromStorage(key: string): string | null {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null; // switched off in this browser
  }
}

/** False if it is too large, or the browser keeps nothing. */
function keepDraft(key: string, draft: Draft): boolean {
  try {
    sessionStorage.setItem(key, JSON.stringify(draft));
    return true;
  } catch {
    forgetDraft(key); // half a thought from before would come back as the last one
    return false;
  }
}

function forgetDraft(key: string): true {
  try {
    sessionStorage.removeItem(key);
  } catch {
    // Switched off: there is nothing to forget.
  }
  return true;
}

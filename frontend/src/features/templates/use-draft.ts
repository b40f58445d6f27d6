import { useEffect, useState } from "react";

/** What is being written, and the version of the template that it began from. */
export type Draft = { text: string; version: number | null };

export type DraftState = Draft & {
  changed: boolean;
  /** The text was begun earlier in this tab and not saved. */
  found: boolean;
  write: (text: string) => void;
  /** Begin anew from what is stored. */
  restart: (stored: Draft) => void;
};

/** Unsaved text outlives a change of page and a reload; leaving the site with it is asked about. */
export function useDraft(name: string, stored: Draft): DraftState {
  const key = `template-draft:${name}`;
  const [kept] = useState(() => readDraft(key));
  const [base, setBase] = useState<Draft>(() => (kept ? { text: stored.text, version: kept.version } : stored));
  const [text, setText] = useState(kept?.text ?? stored.text);
  const changed = text !== base.text;

  useEffect(() => {
    if (!changed) {
      sessionStorage.removeItem(key);
      return undefined;
    }
    sessionStorage.setItem(key, JSON.stringify({ text, version: base.version }));
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [key, text, base.version, changed]);

  const restart = (next: Draft): void => {
    setBase(next);
    setText(next.text);
  };
  return { text, version: base.version, changed, found: kept !== null && changed, write: setText, restart };
}

function readDraft(key: string): Draft | null {
  const kept = sessionStorage.getItem(key);
  return kept === null ? null : (JSON.parse(kept) as Draft);
}

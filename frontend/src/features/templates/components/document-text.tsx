import { useMemo, useRef } from "react";

import { lineAt, placeOf, placesIn } from "@/lib/json-places";
import type { Problem } from "@/types/api";
import classes from "./template-editor.module.css";

/** `line` is known where the text is no JSON. */
export type PlacedProblem = Problem & { line?: number };

type DocumentTextProps = { text: string; onWrite: (text: string) => void; onSave: () => void; problems: readonly PlacedProblem[] };

/** The document as text. Each problem below it leads to its line. */
export function DocumentText({ text, onWrite, onSave, problems }: DocumentTextProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const places = useMemo(() => placesIn(text), [text]);
  const lines = text.split("\n").length;
  const select = (offset: number): void => {
    const end = text.indexOf("\n", offset);
    area.current?.focus();
    area.current?.setSelectionRange(offset, end < 0 ? text.length : end);
    if (area.current) area.current.scrollTop = ((lineAt(text, offset) - 3) / lines) * area.current.scrollHeight;
  };
  return (
    <div className={classes.source}>
      <label htmlFor="document" className={classes.label}>
        Document
      </label>
      <textarea
        id="document"
        ref={area}
        className={`${classes.text} mono`}
        spellCheck={false}
        autoComplete="off"
        aria-invalid={problems.length > 0}
        aria-describedby="document-problems"
        value={text}
        onChange={(event) => onWrite(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "s" || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          onSave();
        }}
      />
      <div id="document-problems" role="status" className={classes.problems}>
        {problems.length > 0 && <p>{problems.length === 1 ? "One problem" : `${problems.length} problems`}</p>}
        <ul>
          {problems.map((problem, index) => {
            const offset = problem.line === undefined ? placeOf(places, problem.attr ?? "") : offsetOf(text, problem.line);
            return (
              <li key={index}>
                <button type="button" className={classes.place} onClick={() => select(offset)}>
                  Line {lineAt(text, offset)}
                </button>{" "}
                {problem.attr && <code>{problem.attr}: </code>}
                {problem.detail} {problem.remedy}
              </li>
            );
          })}
        </ul>
      </div>
    </div>
  );
}

function offsetOf(text: string, line: number): number {
  return text.split("\n").slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
}

import { useRef } from "react";

import type { PlacedProblem } from "../use-editor";
import classes from "./template-editor.module.css";

type DocumentTextProps = { text: string; onWrite: (text: string) => void; onSave: () => void; problems: readonly PlacedProblem[] };

/** The document as editable text. Each problem below it links to its line. */
export function DocumentText({ text, onWrite, onSave, problems }: DocumentTextProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const select = ({ offset, line }: PlacedProblem): void => {
    const end = text.indexOf("\n", offset);
    area.current?.focus();
    area.current?.setSelectionRange(offset, end < 0 ? text.length : end);
    if (area.current) area.current.scrollTop = ((line - 3) / text.split("\n").length) * area.current.scrollHeight;
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
          {problems.map((problem, index) => (
            <li key={index}>
              <button type="button" className={classes.place} onClick={() => select(problem)}>
                Line {problem.line}
                {problem.code === "json" && `, column ${problem.column}`}
              </button>{" "}
              {problem.attr && <code>{problem.attr}: </code>}
              {problem.detail} {problem.remedy}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

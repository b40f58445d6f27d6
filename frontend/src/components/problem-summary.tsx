import { IconAlertTriangle } from "@tabler/icons-react";
import { useEffect, useImperativeHandle, useRef, type Ref } from "react";

import type { Problem } from "@/types/api";
import classes from "./problem-summary.module.css";

export type ProblemSummaryHandle = { focus: () => void };

type ProblemSummaryProps = {
  ref: Ref<ProblemSummaryHandle>;
  problems: readonly Problem[];
  /** Returns the label of the field at `attr`. */
  findLabel: (attr: string) => string | undefined;
  /** The problems of the server's last response. When new ones arrive, the summary takes the focus. */
  serverProblems: readonly Problem[];
};

/** Lists, above a form, all problems that keep it from being sent; each links to its field. */
export function ProblemSummary({ ref, problems, findLabel, serverProblems }: ProblemSummaryProps) {
  const element = useRef<HTMLDivElement>(null);
  useImperativeHandle(ref, () => ({ focus: () => window.setTimeout(() => element.current?.focus()) }));
  useEffect(() => {
    if (serverProblems.length > 0) element.current?.focus();
  }, [serverProblems]);
  return (
    <div ref={element} tabIndex={-1} role="alert" className={classes.summary} hidden={problems.length === 0}>
      <IconAlertTriangle size={18} aria-hidden />
      <div>
        <p className={classes.title}>{problems.length === 1 ? "One thing to fix" : `${problems.length} things to fix`}</p>
        <ul className={classes.list}>
          {problems.map(({ attr, detail }, index) => {
            const label = findLabel(attr ?? "");
            return <li key={index}>{attr && label ? <FieldLink id={attr} text={prefixLabel(label, detail)} /> : detail}</li>;
          })}
        </ul>
      </div>
    </div>
  );
}

function FieldLink({ id, text }: { id: string; text: string }) {
  return (
    <a
      href={`#${id}`}
      onClick={(event) => {
        event.preventDefault();
        focusField(id);
      }}
    >
      {text}
    </a>
  );
}

/** Puts the label before a sentence that does not name its field. */
function prefixLabel(label: string, detail: string): string {
  return detail.includes(label) ? detail : `${label}: ${detail}`;
}

/** Focuses a field or the first input of a group, and opens closed sections around it. Without an element: its parent. */
function focusField(id: string): void {
  const inner = "input, textarea, select, button";
  const field = document.getElementById(id);
  if (!field && id.includes(".")) {
    focusField(id.slice(0, id.lastIndexOf(".")));
    return;
  }
  for (let section = field?.closest("details"); section; section = section.parentElement?.closest("details")) section.open = true;
  const target = field?.matches(inner) ? field : field?.querySelector<HTMLElement>(inner);
  target?.focus();
}

import { IconAlertTriangle } from "@tabler/icons-react";
import { useEffect, useImperativeHandle, useRef, type Ref } from "react";

import type { Problem } from "@/types/api";
import classes from "./problem-summary.module.css";

export type ProblemSummaryHandle = { focus: () => void };

type ProblemSummaryProps = {
  ref: Ref<ProblemSummaryHandle>;
  problems: readonly Problem[];
  /** How the fields are called, by `attr`. */
  labelOf: (attr: string) => string | undefined;
  /** The last answer of the server: a new one with problems takes the focus here. */
  answered: readonly Problem[];
};

/** All that keeps a form from being sent, above it; each entry leads to its field. */
export function ProblemSummary({ ref, problems, labelOf, answered }: ProblemSummaryProps) {
  const element = useRef<HTMLDivElement>(null);
  useImperativeHandle(ref, () => ({ focus: () => window.setTimeout(() => element.current?.focus()) }));
  useEffect(() => {
    if (answered.length > 0) element.current?.focus();
  }, [answered]);
  return (
    <div ref={element} tabIndex={-1} role="alert" className={classes.summary} hidden={problems.length === 0}>
      <IconAlertTriangle size={18} aria-hidden />
      <div>
        <p className={classes.title}>{problems.length === 1 ? "One thing to fix" : `${problems.length} things to fix`}</p>
        <ul className={classes.list}>
          {problems.map(({ attr, detail }, index) => {
            const label = labelOf(attr ?? "");
            return <li key={index}>{attr && label ? <FieldLink id={attr} text={named(label, detail)} /> : detail}</li>;
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

/** Most sentences do not say whose they are; at the field that is plain, here it is not. */
function named(label: string, detail: string): string {
  return detail.includes(label) ? detail : `${label}: ${detail}`;
}

/** A field is an input, or a group of them; what has no element of its own belongs to the one around it. */
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

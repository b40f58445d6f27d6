import type { Template } from "@/types/api";
import classes from "./template-details.module.css";

export function TemplateWarnings({ template }: { template: Template }) {
  const { warnings } = template.meta;
  if (warnings.length === 0) return null;
  return (
    <section className={classes.warnings} aria-label="Warnings">
      <p className={classes.heading}>What its author should know</p>
      <ul>
        {warnings.map((warning, index) => (
          <li key={index}>
            {warning.attr && <code>{warning.attr}: </code>}
            {warning.detail}
          </li>
        ))}
      </ul>
    </section>
  );
}

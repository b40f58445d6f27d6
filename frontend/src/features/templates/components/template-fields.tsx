import { Panel } from "@/components/panel";
import type { Template } from "@/types/api";
import { describeFields } from "../field-text";
import classes from "./template-details.module.css";

export function TemplateFields({ template }: { template: Template }) {
  const fields = describeFields(template);
  return (
    <Panel title="Payload fields" flush>
      {fields.length === 0 ? (
        <p className={classes.empty}>Its jobs need no payload.</p>
      ) : (
        <div className={classes.scroll} tabIndex={0} role="group" aria-label="Table of fields">
          <table className={classes.fields}>
            <thead>
              <tr>
                <th scope="col">Field</th>
                <th scope="col">Type</th>
                <th scope="col">Default</th>
                <th scope="col">Required</th>
              </tr>
            </thead>
            <tbody>
              {fields.map((field) => (
                <tr key={field.name}>
                  <td>
                    <span className={classes.name}>{field.name}</span>
                    {field.label && <span className={classes.soft}>{field.label}</span>}
                  </td>
                  <td>
                    {field.type}
                    {field.rules && <span className={classes.soft}>{field.rules}</span>}
                  </td>
                  <td>{field.defaultText ? <code>{field.defaultText}</code> : <span className={classes.soft}>–</span>}</td>
                  <td>{field.required ? "Required" : <span className={classes.soft}>–</span>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}
